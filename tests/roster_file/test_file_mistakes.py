"""Every mistake in a roster file is named with its line and column, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_elastic_org.roster_file.reading import RosterFileError, load_roster, parse_roster
from pulumi_elastic_org.roster_file.yaml_source import Mistake
from tests.support.builders import mistakes

SEARCH = "0123456789abcdef0123456789abcdef"
BAD_EMAIL = "is not an e-mail address: it needs one '@'; write it as name@example.com"


SHAPE = {
    "no mode": ("members: {}", "1:1: 'mode' is missing; write 'mode: authoritative' or 'mode: additive'"),
    "an empty mode": ("mode:", "1:1: 'mode' must be 'authoritative' or 'additive'"),
    "another mode": ("mode: strict", "1:1: 'mode' must be 'authoritative' or 'additive'"),
    "a key that is nearly right": (
        "mode: additive\nmebmers: {}",
        "2:1: 'mebmers' is not a key here; did you mean 'members'?",
    ),
    "a key like no other": (
        "mode: additive\nx: {}",
        "2:1: 'x' is not a key here; "
        "write one of mode, max_resends, guards, overrides, targets, bundles, groups, members, role_mappings, single_sign_on",
    ),
    "a merge key": (
        "mode: additive\nmembers:\n  a@b.io: &ada {roles: [billing-admin]}\n  c@b.io:\n    <<: *ada",
        "5:5: merge keys ('<<') are not supported; write the lines out, or use groups and bundles",
    ),
    "a guard that is nearly right": (
        "mode: additive\nguards: {max_removal: 3}",
        "2:10: 'max_removal' is not a key here; did you mean 'max_removals'?",
    ),
    "a key of a group": (
        "mode: additive\ngroups:\n  soc: {role: []}",
        "3:9: 'role' is not a key here; did you mean 'roles'?",
    ),
    "a key of an override": (
        "mode: additive\noverrides:\n  a@b.io: {guards: [self], reason: x, reasons: y}",
        "3:39: 'reasons' is not a key here; did you mean 'reason'?",
    ),
    "a key twice": ("mode: additive\nmode: additive", "2:1: 'mode' is already on line 1; keep one of the two"),
    "a person twice": (
        "mode: additive\nmembers:\n  a@b.io: []\n  c@b.io: []\n  a@b.io: []",
        "5:3: 'a@b.io' is already on line 3; keep one of the two",
    ),
    "a list as a key": (
        "mode: additive\n? [a]\n: b",
        "2:3: this cannot be a key; write one word or text before the ':'",
    ),
    "nothing as a key": ("mode: additive\n: b", "2:1: this cannot be a key; write one word or text before the ':'"),
    "a tag": (
        "mode: additive\nmembers: !!python/object:os.system {}",
        "2:10: tags ('!...') have no meaning in a roster; leave the tag out",
    ),
    "a tag on a scalar": ("mode: !!str additive", "1:7: tags ('!...') have no meaning in a roster; leave the tag out"),
    "words for a number": ("mode: additive\nmax_resends: many", "2:1: 'max_resends' takes a whole number, 0 or more"),
    "a negative number": ("mode: additive\nmax_resends: -1", "2:1: 'max_resends' takes a whole number, 0 or more"),
    "nothing for a number": ("mode: additive\nmax_resends:", "2:1: 'max_resends' takes a whole number, 0 or more"),
    "yes for true": (
        "mode: additive\nguards: {bills_attested: yes}",
        "2:10: this is either on or off; write true or false",
    ),
    "too large a share": (
        "mode: additive\nguards: {max_removals: 101%}",
        "2:10: max_removals must be a number or a share such as '25%', not '101%'",
    ),
    "a list of shares": (
        "mode: additive\nguards: {max_removals: [3]}",
        "2:10: max_removals must be a number or a share; write 3 or 25%",
    ),
    "an empty tag": ("mode: additive\nguards: {owner_tag: ''}", "2:21: owner_tag must be the key of a tag, not ''"),
    "a list for a tag": ("mode: additive\nguards: {owner_tag: [x]}", "2:10: 'owner_tag' takes text"),
    "a person without a list": (
        "mode: additive\nmembers:\n  a@b.io:",
        "3:3: 'a@b.io' takes a list; write [one, two], or [] for none",
    ),
    "a person with a word": (
        "mode: additive\nmembers: {a@b.io: billing-admin}",
        "2:11: 'a@b.io' takes a list; write [one, two], or [] for none",
    ),
    "a mapping among roles": (
        "mode: additive\nmembers:\n  a@b.io:\n    - billing-admin\n    - x: y",
        "5:7: each entry of 'a@b.io' is text",
    ),
    "nothing among roles": (
        "mode: additive\nmembers:\n  a@b.io: [billing-admin, ~]",
        "3:27: each entry of 'a@b.io' is text",
    ),
    "a list of members": (
        "mode: additive\nmembers: [a@b.io]",
        "2:1: 'members' takes lines such as 'name: value', indented below it",
    ),
    "a list for a group": (
        "mode: additive\ngroups: {soc: [a@b.io]}",
        "2:10: 'soc' takes lines such as 'name: value', indented below it",
    ),
    "a target without an id": ("mode: additive\ntargets: {search: }", "2:11: 'search' takes text"),
}

MEANING = {
    "an address that is none": ("members: {ada: []}", f"2:11: 'ada' {BAD_EMAIL}"),
    "an address in a group that is none": (
        "groups: {soc: {roles: [], members: [a@b.io, ada]}}",
        f"2:45: 'ada' {BAD_EMAIL}",
    ),
    "an address of an override that is none": (
        "overrides: {ada: {guards: [self], reason: x}}",
        f"2:13: 'ada' {BAD_EMAIL}",
    ),
    "a protected address that is none": ("guards: {protected: [ada]}", f"2:22: protected: 'ada' {BAD_EMAIL}"),
    "a person twice in two spellings": (
        "members:\n  ada@acme.io: []\n  Ada@acme.io: []",
        "4:3: 'Ada@acme.io' is already on line 3 as 'ada@acme.io'; keep one of the two",
    ),
    "an override twice in two spellings": (
        "overrides:\n  a@b.io: &o {guards: [self], reason: x}\n  A@b.io: *o",
        "4:3: 'A@b.io' is already on line 3 as 'a@b.io'; keep one of the two",
    ),
    "a domain that is none": (
        "guards: {allowed_domains: [acme]}",
        "2:28: allowed_domains: 'acme' is not a domain such as acme.example",
    ),
    "an owner tag that says nothing": ("guards: {owner_tag: ' '}", "2:21: owner_tag must be the key of a tag, not ' '"),
    "an override without a reason": (
        "overrides: {a@b.io: {guards: [self]}}",
        "2:13: give a reason in words for whoever reviews the change",
    ),
    "an override with a blank reason": (
        "overrides: {a@b.io: {guards: [self], reason: ' '}}",
        "2:13: give a reason in words for whoever reviews the change",
    ),
    "an override without guards": (
        "overrides: {a@b.io: {reason: x}}",
        "2:13: guards must be a list of names such as ['owns-resources']",
    ),
    "an override of no guard": (
        "overrides: {a@b.io: {guards: [own-resources], reason: x}}",
        "2:31: there is no guard own-resources; did you mean 'owns-resources'?",
    ),
    "an override of the guard over everybody": (
        "overrides: {a@b.io: {guards: [max-removals], reason: x}}",
        "2:31: max-removals is about everybody and has no override for one person; raise max_removals in 'guards'",
    ),
    "a role that cannot be read": (
        "members: {a@b.io: [deployment-editor]}",
        "2:20: cannot read 'deployment-editor' at character 1: deployment-editor needs 'on all' or 'on ID, ID'",
    ),
    "a role that is nearly right": (
        "members: {a@b.io: [biling-admin]}",
        "2:20: 'biling-admin' is not a known role; did you mean 'billing-admin'?",
    ),
    "a bundle that is nearly right": (
        "bundles: {support: []}\nmembers: {a@b.io: [suport]}",
        "3:20: 'suport' is not a known role; did you mean 'support'?",
    ),
    "a bundle among roles": (
        "bundles: {support: []}\nmembers: {a@b.io: [billing-admin; support]}",
        "3:20: the bundle 'support' stands among roles; make it an entry of its own",
    ),
    "a comma inside brackets": (
        f"targets: {{search: {SEARCH}}}\nmembers: {{a@b.io: [deployment-viewer on search, search]}}",
        "3:49: 'search' is a target and not a role; inside [ ] an entry that contains a comma needs double quotes",
    ),
    "a target that is nearly right": (
        f"targets: {{search: {SEARCH}}}\nmembers: {{a@b.io: [deployment-viewer on serch]}}",
        "3:20: 'serch' is neither a named target nor an id (32 lower-case letters and digits); did you mean 'search'?",
    ),
    "a binding that is nearly right": (
        "members: {a@b.io: [deployment-viewer on blu]}",
        "2:20: 'blu' is neither a named target nor an id (32 lower-case letters and digits); did you mean 'blue'?",
    ),
    "a target like no other": (
        f"targets: {{search: {SEARCH}}}\nmembers: {{a@b.io: [deployment-viewer on x]}}",
        "3:20: 'x' is neither a named target nor an id (32 lower-case letters and digits); write one of blue, search",
    ),
    "an id in capitals": (
        f"members: {{a@b.io: [deployment-viewer on {SEARCH.upper()}]}}",
        f"2:20: '{SEARCH.upper()}' is neither a named target nor an id (32 lower-case letters and digits); write one of blue",
    ),
    "a target that the program binds": (
        f"targets: {{blue: {SEARCH}}}",
        "2:11: the program also binds 'blue'; rename one of the two",
    ),
    "a target named all": (
        f"targets: {{all: {SEARCH}}}",
        "2:11: 'all' means every deployment or project; choose another name",
    ),
    "a bundle named like a role": (
        "bundles: {deployment-viewer: []}",
        "2:11: 'deployment-viewer' is already a role; choose another name for the bundle",
    ),
    "a bundle named like no roles": (
        "bundles: {no roles: [billing-admin]}",
        "2:11: 'no roles' is already a role; choose another name for the bundle",
    ),
    "a bundle that uses itself": (
        "bundles: {a: [a]}",
        "2:11: bundles use each other: a -> a; take one use out",
    ),
    "bundles that use each other": (
        "bundles:\n  z: [a]\n  a: [b]\n  b: [z]\nmembers: {a@b.io: [z]}",
        "3:3: bundles use each other: z -> a -> b -> z; take one use out",
    ),
    "a bundle that contradicts itself": (
        f"bundles: {{b: [deployment-viewer on all, deployment-viewer on {SEARCH}]}}\nmembers: {{a@b.io: [b]}}",
        f"2:11: deployment-viewer on all already covers {SEARCH}: keep one of the two",
    ),
    "a group that contradicts itself": (
        "groups:\n  g: {roles: [security-viewer on all, security-viewer on all as x], members: [a@b.io]}",
        "3:3: security-viewer is given twice on all with different application roles: "
        "keep one of 'security-viewer on all' and 'security-viewer on all as x'",
    ),
    "a person whose groups contradict each other": (
        "groups:\n"
        "  g: {roles: [security-viewer on all], members: [a@b.io]}\n"
        "  h: {roles: [security-viewer on all as x], members: [a@b.io]}",
        "3:50: security-viewer is given twice on all with different application roles: "
        "keep one of 'security-viewer on all' and 'security-viewer on all as x' (a member of g, h)",
    ),
}


@pytest.mark.parametrize(("text", "mistake"), SHAPE.values(), ids=SHAPE.keys())
def test_what_is_misshapen(text: str, mistake: str) -> None:
    assert mistakes(text) == [mistake]


@pytest.mark.parametrize(("text", "mistake"), MEANING.values(), ids=MEANING.keys())
def test_what_is_invalid(text: str, mistake: str) -> None:
    assert mistakes(f"mode: additive\n{text}", "blue") == [mistake]


def test_without_any_name_a_strange_target_is_to_be_named() -> None:
    assert mistakes("mode: additive\nmembers: {a@b.io: [deployment-viewer on x]}") == [
        "2:20: 'x' is neither a named target nor an id (32 lower-case letters and digits); name it under 'targets'"
    ]


def test_of_many_names_some_are_shown() -> None:
    (mistake,) = mistakes(
        "mode: additive\nmembers: {a@b.io: [deployment-viewer on x]}", *(f"env{n}" for n in range(10, 30))
    )
    assert mistake.endswith("write one of env10, env11, env12, env13, env14, env15, env16, env17, env18, env19, ...")


def test_all_mistakes_are_named_at_once_in_the_order_of_the_text() -> None:
    text = """mode: strict
guards: {max_removals: most, protected: [ada, []]}
bundles:
  a: [b]
  b: [a, suport]
  c: [c]
  support: [billing-admin]
groups:
  soc: {roles: [x, {}, y, {}], members: [bob]}
members:
  cy@acme.io: [deployment-viewer on x, support]
  cy@acme.io: []
  di@acme.io:
"""
    assert [line.split("; ")[0] for line in mistakes(text)] == [
        "1:1: 'mode' must be 'authoritative' or 'additive'",
        "2:10: max_removals must be a number or a share such as '25%', not 'most'",
        "2:42: protected: 'ada' is not an e-mail address: it needs one '@'",
        "2:47: each entry of 'protected' is text",
        "4:3: bundles use each other: a -> b -> a",
        "5:10: 'suport' is not a known role",
        "6:3: bundles use each other: c -> c",
        "9:17: 'x' is not a known role",
        "9:20: each entry of 'roles' is text",
        "9:24: 'y' is not a known role",
        "9:27: each entry of 'roles' is text",
        "9:42: 'bob' is not an e-mail address: it needs one '@'",
        "11:16: 'x' is neither a named target nor an id (32 lower-case letters and digits)",
        "12:3: 'cy@acme.io' is already on line 11",
        "13:3: 'di@acme.io' takes a list",
    ]


def test_the_error_has_one_line_a_mistake_with_the_file_s_name() -> None:
    with pytest.raises(RosterFileError) as caught:
        parse_roster("mode: additive\nmembers:\n  ada: []\n  bob: []\n", source="people/roster.yaml")
    assert str(caught.value) == (
        f"people/roster.yaml:3:3: 'ada' {BAD_EMAIL}\npeople/roster.yaml:4:3: 'bob' {BAD_EMAIL}"
    )
    assert caught.value.mistakes[0] == Mistake(3, 3, "people/roster.yaml", f"'ada' {BAD_EMAIL}")


def test_what_a_message_repeats_stays_on_its_line() -> None:
    text = 'mode: additive\n"x\\n\\e[1m\\u202e": 1'
    (mistake,) = mistakes(text)
    assert mistake.startswith(r"2:1: 'x\n\x1b[1m\u202e' is not a key here; ")


def test_a_word_that_an_alias_repeats_is_named_where_the_alias_is() -> None:
    assert mistakes("mode: additive\nmembers:\n  &ada ada@acme.io: []\n  *ada : []\n") == [
        "4:3: 'ada@acme.io' is already on line 3; keep one of the two"
    ]


def test_mistakes_in_what_an_alias_repeats_are_named_where_it_is_written() -> None:
    text = "mode: additive\nmembers:\n  a@b.io: &x [biling-admin, {}]\n  c@b.io: *x\n  d@b.io: *x\n"
    assert mistakes(text) == [
        "3:15: 'biling-admin' is not a known role; did you mean 'billing-admin'?",
        "3:29: each entry of 'a@b.io' is text",
        "3:29: each entry of 'c@b.io' is text",
        "3:29: each entry of 'd@b.io' is text",
    ]


def test_a_mistake_in_a_file_names_its_path(tmp_path: Path) -> None:
    path = tmp_path / "roster.yaml"
    path.write_text("mode: strict", encoding="utf-8")
    with pytest.raises(RosterFileError) as caught:
        load_roster(path)
    assert str(caught.value).startswith(f"{path}:1:1: ")


def test_what_is_wrong_with_somebody_who_is_there_twice_is_told_as_well() -> None:
    assert mistakes("mode: additive\nmembers:\n  ada@b.io: [billing-admin]\n  Ada@b.io: [biling-admin]\n") == [
        "4:3: 'Ada@b.io' is already on line 3 as 'ada@b.io'; keep one of the two",
        "4:14: 'biling-admin' is not a known role; did you mean 'billing-admin'?",
    ]

"""Roster files: YAML that means a roster, and YAML that is invalid, with the place and the words of the mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.roster_file.reading import RosterFile, RosterFileError, load_roster, parse_roster
from tests.inputs import addresses, roles
from tests.inputs.tally import Tally, shown_well

ID = "0123456789abcdef0123456789abcdef"
ADA = "ada@acme.example"


def _bomb(levels: int) -> str:
    rows = [f"  b{level}: &b{level} [{', '.join([f'*b{level - 1}'] * 9)}]" for level in range(1, levels)]
    return "\n".join(["mode: additive", "bundles:", "  b0: &b0 [billing-admin]", *rows])


ACCEPTED: dict[str, dict[str, str]] = {
    "mode: additive": {},
    "mode: additive\nmembers:\n": {},
    f"mode: additive\nmembers: {{{ADA}: []}}": {ADA: "no roles"},
    f"mode: additive\nmembers: {{{ADA}: [billing-admin, billing-admin]}}": {ADA: "billing-admin"},
    f"mode: additive\nmembers:\n  {ADA}:\n    - billing-admin\n": {ADA: "billing-admin"},
    f"mode: additive\r\nmembers:\r\n  {ADA}: [billing-admin]\r\n": {ADA: "billing-admin"},
    f"\ufeff---\nmode: additive\nmembers: {{{ADA}: &a [billing-admin], bob@acme.example: *a}}\n...\n": {
        ADA: "billing-admin",
        "bob@acme.example": "billing-admin",
    },
    f'{{"mode": "additive", "members": {{"{ADA}": ["billing-admin"]}}}}': {ADA: "billing-admin"},
    # Words that older YAML takes for truths, numbers, times and dates are words, and ids keep their zeros.
    f"mode: additive\ntargets: {{on: {ID}, no: 0o7, 12:30:00: 1e3, 2027-01-31: 0123}}\n"
    f"members: {{{ADA}: ['deployment-editor on on, no']}}": {ADA: f"deployment-editor on {ID}, 0o7"},
    # Whoever is in the organization is named as Elastic Cloud shows them.
    "mode: additive\nmembers: {\u0430da@acme.example: []}": {"\u0430da@acme.example": "no roles"},
    f"mode: additive\ntargets: {{n: 00000000000000000000000000000001}}\nmembers: {{{ADA}: [deployment-viewer on n]}}": {
        ADA: "deployment-viewer on 00000000000000000000000000000001"
    },
    f"mode: additive\nmembers: {{ADA@acme.example: [billing-admin]}}\n"
    f"groups: {{g: {{roles: [deployment-viewer on all], members: [{ADA}]}}}}": {
        "ADA@acme.example": "billing-admin; deployment-viewer on all"
    },
}
REFUSED: dict[str, str] = {
    "": "1:1: a roster is a mapping",
    "[]": "1:1: a roster is a mapping",
    "mode": "1:1: a roster is a mapping",
    "members: {}": "1:1: 'mode' is missing",
    "mode: Additive": "1:1: 'mode' must be 'authoritative' or 'additive'",
    "mode: [additive]": "1:1: 'mode' must be 'authoritative' or 'additive'",
    "mode: additive\nmode: additive": "2:1: 'mode' is already on line 1",
    "mode: additive\nmembers:\n\tada@acme.example: []": "3:1: this is not YAML",
    "mode: additive\nmembers: [ada@acme.example]": "2:1: 'members' takes lines such as",
    f"mode: additive\nmembers: {{{ADA}: billing-admin}}": f"2:11: '{ADA}' takes a list",
    f"mode: additive\nmembers: {{{ADA}: null}}": f"2:11: '{ADA}' takes a list",
    f"mode: additive\nmembers: {{{ADA}: [[billing-admin]]}}": "is text",
    f"mode: additive\nmembers: {{{ADA}: [], ADA@acme.example: []}}": f"'ADA@acme.example' is already on line 2 as '{ADA}'",
    f"mode: additive\nmembers: {{{ADA}: []}}\nmembers: {{}}": "3:1: 'members' is already on line 2",
    "mode: additive\nmembers: {ada: []}": "2:11: 'ada' is not an e-mail address",
    'mode: additive\nmembers: {"ada\\u202e@acme.example": []}': "it contains an invisible character",
    "mode: additive\nmembers: {? [a]: b}": "this cannot be a key",
    f"mode: additive\nmembers: {{{ADA}: [admin]}}": "'admin' is not a known role",
    f"mode: additive\nmembers: {{{ADA}: [deployment-viewer on search]}}": "'search' is neither a named target nor an id",
    f"mode: additive\nmembers: {{{ADA}: [deployment-viewer on ../x]}}": "'../x' is neither a named target nor an id",
    "mode: additive\ntargets: {search: ../../users}": "'../../users' is not an id",
    "mode: additive\ntargets: {search: ''}": "'' is not an id",
    'mode: additive\ntargets: {search: "a\\nb"}': "is not an id",
    "mode: additive\ntargets: {search: [a]}": "'search' takes text",
    "mode: additive\ntargets: {all: a1}": "'all' means every deployment",
    "mode: additive\nmax_resends: -1": "'max_resends' takes a whole number, 0 or more",
    "mode: additive\nmax_resends: 1e3": "'max_resends' takes a whole number, 0 or more",
    "mode: additive\nmax_resends: " + "9" * 5000: "'max_resends' takes a whole number, 0 or more",
    "mode: additive\nguards: {max_removals: 101%}": "max_removals must be a number or a share",
    "mode: additive\nguards: {max_removals: -1}": "max_removals must be a number or a share",
    "mode: additive\nguards: {max_removals: 0.5}": "max_removals must be a number or a share",
    "mode: additive\nguards: {max_removals: '²'}": "max_removals must be a number or a share",
    "mode: additive\nguards: {max_removals: " + "9" * 5000 + "}": "max_removals must be a number or a share",
    "mode: additive\nguards: {min_admins: two}": "'min_admins' takes a whole number",
    "mode: additive\nguards: {bills_attested: yes}": "this is either on or off; write true or false",
    "mode: additive\nguards: {protected: ada@acme.example}": "'protected' takes a list",
    "mode: additive\nguards: {allowed_domains: [acme]}": "'acme' is not a domain",
    "mode: additive\nguards: {max_removal: 3}": "did you mean 'max_removals'?",
    f"mode: additive\nmembers: {{{ADA}: {{until: 2027-02-30}}}}": "this is the last day with access",
    f"mode: additive\nmembers: {{{ADA}: {{until: 31.1.2027}}}}": "this is the last day with access",
    f"mode: additive\nmembers: {{{ADA}: {{until: \uff12\uff10\uff12\uff17-01-31}}}}": "this is the last day with access",
    f"mode: additive\noverrides: {{{ADA}: {{guards: [own-resources], reason: x}}}}": "did you mean 'owns-resources'?",
    f"mode: additive\noverrides: {{{ADA}: {{guards: [self]}}}}": "give a reason in words",
    f"mode: additive\noverrides: {{{ADA}: {{guards: [self], reason: ' '}}}}": "give a reason in words",
    "mode: additive\nsingle_sign_on: [ada@acme.example]": "is in no group and not under 'members'",
    "mode: !!python/object/apply:os.system [id]": "tags ('!...') have no meaning",
    "mode: !!str additive": "tags ('!...') have no meaning",
    "mode: additive\n---\nmode: additive": "a second document begins here",
    "mode: *nobody": "no value above is marked '&nobody'",
    "mode: additive\nmembers: &m {<<: *m}": "no value above is marked",
    "mode: additive\nmembers: {<<: {ada@acme.example: []}}": "merge keys ('<<') are not supported",
    "mode: additive\nbundles: {a: [b], b: [a]}": "bundles use each other: a -> b -> a",
    _bomb(12): "aliases repeat more than 200,000 values",
    "mode: additive\nmembers: " + "[" * 100_000: "nested deeper than 16 levels",
    "mode: additive\nmembers: " + "{a: " * 20: "nested deeper than 16 levels",
    "mode: additive\n" + "#" * 5_000_000: "the text is longer than 5,000,000 characters",
    "mode: additive\nmembers: {ada\x00@acme.example: []}": "YAML allows no character U+0000",
    "mode: additive\nmembers: {ada\x1b@acme.example: []}": "YAML allows no character U+001B",
    'mode: "additive': "this is not YAML",
    "mode: @additive": "this is not YAML",
    "mode: %additive": "this is not YAML",
    "%YAML 9.9\n---\nmode: additive": "this is not YAML",
    "mode: additive\nmembers: {a: b: c}": "this is not YAML",
    'mode: "\\xZZ"': "this is not YAML",
    'mode: "\\ud800"': "half a character",
    'mode: "\\UFFFFFFFF"': "is not a character",
}
BYTES_REFUSED = {
    b"mode: additive\nmembers: {\xff\xfe: []}": "2:11: this is not UTF-8",
    "mode: additive".encode("utf-16"): "1:1: this is not UTF-8",
    "mode: additive".encode("utf-16-le"): "YAML allows no character U+0000",
    "mode: additive".encode("utf-32"): "1:1: this is not UTF-8",
    "mode: additive\nmembers: {jürgen@acme.example: []}".encode("latin-1"): "2:12: this is not UTF-8",
    b"PK\x03\x04\x14\x00": "YAML allows no character",
    b"\x1f\x8b\x08": "this is not UTF-8",
}

_KEY = st.sampled_from(
    [
        "mode",
        "members",
        "groups",
        "bundles",
        "targets",
        "guards",
        "overrides",
        "single_sign_on",
        "max_resends",
        "roles",
        "until",
        "reason",
        "name",
        "on",
        "no",
        "<<",
    ]
)
_SCALAR = st.one_of(
    _KEY,
    addresses.FUZZED,
    roles.FUZZED,
    st.sampled_from(
        ["additive", "authoritative", "25%", "1e3", "0o7", "12:30:00", "2027-01-31", "null", "~", "&a", "*a", "!!x", ID]
    ),
).map(lambda text: text if text.isascii() and text.isalnum() else repr(text))
_NODE = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(_SCALAR, inner, max_size=3).map(
            lambda entries: "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"
        ),
    ),
    max_leaves=8,
)
_HELD = ["billing-admin", "deployment-viewer on all", f"deployment-editor on {ID}", "security-viewer on all as soc"] * 3
_PEOPLE = st.dictionaries(
    st.one_of(st.sampled_from(addresses.ACCEPTED), addresses.FUZZED).map(repr),
    st.lists(st.sampled_from([*_HELD, "admin"]).map(repr), max_size=3).map(lambda held: f"[{', '.join(held)}]"),
    max_size=4,
)
FUZZED = st.one_of(
    _PEOPLE.map(lambda people: "mode: additive\nmembers:\n" + "\n".join(f"  {one}: {held}" for one, held in people.items())),
    st.dictionaries(_KEY, _NODE, max_size=4).map(
        lambda entries: "mode: additive\n" + "\n".join(f"{key}: {value}" for key, value in entries.items())
    ),
    st.builds(lambda text, at, odd: text[:at] + odd + text[at:], st.sampled_from([*ACCEPTED, *list(REFUSED)[:50]]),
              st.integers(0, 80), st.text(max_size=3)),
    st.text(max_size=60),
)  # fmt: skip


def wrong(text: str) -> tuple[bool, list[str]]:
    """Judges one text: as for `addresses.wrong`."""
    _, refused, found = _judged(lambda: parse_roster(text), text[:200])
    return refused is None, found


def _judged(read: Callable[[], RosterFile], what: object) -> tuple[RosterFile | None, str | None, list[str]]:
    """Returns what was read or why it was refused, and everything that must not be."""
    try:
        file = read()
    except RosterFileError as error:
        found = [shown_well(one.message) for one in error.mistakes]
        found += ["has no place"] * any(one.line < 1 or one.column < 1 for one in error.mistakes)
        return None, str(error), [f"{what!r}: {one}" for one in found if one]
    warned = {one.message[: len(email) + 2] for one in file.warnings for email in file.people}
    strange = [email for email in file.people if not addresses.wrong(email)[0] and f"'{email}'" not in warned]
    return file, None, [f"{what!r} declares {email!r} without a warning" for email in strange]


def corpus() -> Tally:
    """Returns what becomes of every file of the corpus."""
    tally = Tally("roster files")
    refused_contents = {text.encode(): reason for text, reason in REFUSED.items()} | BYTES_REFUSED
    with TemporaryDirectory() as directory:
        path = Path(directory) / "roster.yaml"
        for text, people in ACCEPTED.items():
            path.write_bytes(text.encode())
            file, refused, found = _judged(lambda: load_roster(path), text)
            means = {email: format_grants(grants) for email, grants in file.people.items()} if file else refused
            tally.count(accepted=True, violations=found or ([] if means == people else [f"{text!r}: {means}"]))
        for content, reason in refused_contents.items():
            path.write_bytes(content)
            _, refused, found = _judged(lambda: load_roster(path), content[:99])
            told = refused is not None and reason in refused
            instead = f"{content[:99]!r}: {(refused or 'accepted')[:300]}, not {reason}"
            tally.count(accepted=False, violations=found or ([] if told else [instead]))
    return tally

"""Roles in text form: what each text means, or why it means nothing."""

from __future__ import annotations

from hypothesis import strategies as st

from pulumi_elastic_org.model.grants import KNOWN_ROLES, GrantError, check_targets, format_grants, parse_grants
from tests.inputs.tally import Tally, refusal, shown_well

ACCEPTED = {
    "no roles": "no roles",
    " billing-admin ": "billing-admin",
    "billing-admin; billing-admin": "billing-admin",
    "deployment-editor on b2,a1 , b2": "deployment-editor on a1, b2",
    "deployment-editor on a1; deployment-editor on b2": "deployment-editor on a1, b2",
    "security-viewer on all as soc, soc": "security-viewer on all as soc",
    'security-viewer on all as "tier 2"': 'security-viewer on all as "tier 2"',
    "deployment-viewer on all (console only)": "deployment-viewer on all (console only)",
    "deployment-viewer on no, on": 'deployment-viewer on "no", "on"',
    "billing-admin as x": "billing-admin as x",
    "deployment:custom on a1": "deployment:custom on a1",
    '"deployment-editor" on "a1"': "deployment-editor on a1",
    "elasticsearch-admin on all; deployment-admin on all": "deployment-admin on all; elasticsearch-admin on all",
}
REFUSED = {
    "": "expected a role here",
    ";": "expected a role, found ';'",
    "billing-admin;": "expected a role here",
    "admin": "'admin' is not a known role",
    "billing_admin": "did you mean 'billing-admin'?",
    "Billing-Admin": "is not a known role",
    "deploymnt-editor on all": "did you mean 'deployment-editor'?",
    "billing-admin on all": "takes no 'on'",
    "deployment-editor": "needs 'on all' or 'on ID, ID'",
    "deployment-editor on": "expected a deployment or project id, or 'all' here",
    "deployment-editor on all, a1": "expected ';' between two roles",
    "deployment-editor on a1 b2": "expected ';' between two roles",
    "deployment-editor on a1; deployment-editor on all": "already covers a1",
    "deployment-viewer on a1 as x; deployment-viewer on a1": "is given twice on a1 with different application roles",
    "deployment-newer on all": "written with its scope, as in 'deployment:deployment-newer'",
    "deployment-viewer on all as": "expected an application role here",
    'deployment-viewer on all as ""': "a name cannot be empty",
    'deployment-viewer on all as "\\x"': "follows the rules of a JSON string",
    'deployment-viewer on all as "open': "needs double quotes",
    "deployment-editor on a1|b2": "needs double quotes",
    "deployment-editor on a1\x00": "needs double quotes",
    "\u0434eployment-editor on all": "needs double quotes",
    "deployment-editor\u200b on all": "needs double quotes",
    "organization-admin\nbilling-admin": "expected ';' between two roles",
    "null": "is not a known role",
    "{}": "needs double quotes",
}
TARGETS_REFUSED = (
    "..", ".", " ", "../../users", "a/b", "a\\b", "a,b", "a%2Fb", "a%00", "a\x00", "a\nb", "a b", "-rf", "a?b=c", "a#b", "{a}",
    "\u0430bc", "a\u202e", "x" * 101,
)  # fmt: skip
TARGETS_ACCEPTED = ("0123456789abcdef0123456789abcdef", "a1b2", "d-a", "0", "A_b.C-d", "x" * 100)

_ROLE = st.sampled_from([role for roles in KNOWN_ROLES.values() for role in roles])
_NAME = st.one_of(st.sampled_from(["all", "a1", "b2", "on", "as", '"x y"', '"\\ud800"', '""']), st.text(max_size=6))
_WORD = st.one_of(
    _ROLE, _NAME, st.sampled_from([";", ",", ":", " on ", " as ", "(console only)", "no roles", '"', "\\", "\n"])
)
FUZZED = st.one_of(
    st.lists(_WORD, max_size=9).map(" ".join),
    st.builds(lambda role, targets: f"{role} on {', '.join(targets)}", _ROLE, st.lists(_NAME, min_size=1, max_size=3)),
    st.text(max_size=30),
)


def wrong(text: str) -> tuple[bool, list[str]]:
    """Judges one text: as for `addresses.wrong`."""
    refused = refusal(lambda: parse_grants(text), GrantError)
    if refused is not None:
        badly = shown_well(repr(refused))
        return False, [f"{text!r}: {badly}"] if badly else []
    grants = parse_grants(text)
    canonical = format_grants(grants)
    found = [] if canonical.isprintable() else [f"{text!r}: is kept as {canonical!r}"]
    if parse_grants(canonical) != grants:
        found.append(f"{text!r}: is something else once it was written as {canonical!r}")
    return True, found


def corpus() -> Tally:
    """Returns what becomes of every text of the corpus."""
    tally = Tally("roles and targets")
    for text, meaning in ACCEPTED.items():
        accepted, found = wrong(text)
        if accepted and (means := format_grants(parse_grants(text))) != meaning:
            found.append(f"{text!r} means {means!r}, not {meaning!r}")
        tally.count(accepted=accepted, violations=found or ([] if accepted else [f"{text!r} is refused"]))
    for text, reason in REFUSED.items():
        refused = refusal(lambda text=text: parse_grants(text), GrantError)  # type: ignore[misc]
        accepted, found = wrong(text)
        told = refused is not None and reason in refused
        tally.count(accepted=accepted, violations=found or ([] if told else [f"{text!r}: {refused}, not {reason}"]))
    for target in (*TARGETS_ACCEPTED, *TARGETS_REFUSED):
        grants = parse_grants(f"deployment-editor on {_json(target)}")
        refused = refusal(lambda grants=grants: check_targets(grants), GrantError)  # type: ignore[misc]
        right = (refused is None) == (target in TARGETS_ACCEPTED)
        tally.count(accepted=refused is None, violations=() if right else [f"the target {target!r}: {refused}"])
    return tally


def _json(text: str) -> str:
    return '"' + "".join(f"\\u{ord(one):04x}" for one in text) + '"'

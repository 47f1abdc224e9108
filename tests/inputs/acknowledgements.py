"""Lists of acknowledged findings: YAML that means a list, and YAML that is invalid."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from pulumi_elastic_org.review.acknowledgements import Acknowledgement, AcknowledgementError, read_acknowledgements
from tests.inputs import files
from tests.inputs.tally import Tally, shown_well

ENTRY = "- {{person: ada@acme.example, kind: added by hand, reason: an audit, until: {until}}}"
ACCEPTED = {
    "": 0,
    "# nothing yet\n": 0,
    "[]": 0,
    ENTRY.format(until="2027-01-31"): 1,
    "- {kind: roles changed by hand, reason: 5, until: 2027-01-31, roles: billing-admin}": 1,
}
REFUSED = {
    "{}": "1:1: this is a list",
    "ada": "1:1: this is a list",
    "- ada": "1:3: an entry is a mapping",
    "- []": "1:3: an entry is a mapping",
    "- {}": "1:3: 'kind' is missing",
    ENTRY.format(until="2027-02-30"): "'until' must be a day such as",
    ENTRY.format(until="soon"): "'until' must be a day such as",
    ENTRY.format(until="12:30:00"): "'until' must be a day such as",
    ENTRY.format(until="1801353600"): "'until' must be a day such as",
    ENTRY.format(until="null"): "'until' must be a day such as",
    "- {kind: added, reason: x, until: 2027-01-31}": "'added' is not a kind of finding",
    "- {kind: added by hand, kind: removed by hand}": "'kind' is already on line 1",
    "- {kind: added by hand, reason: x, until: 2027-01-31, roles: admin}": "'admin' is not a known role",
    "- {who: ada}": "'who' is not known",
    '- {"\\u202e": ada}': r"'\u202e' is not known",
    "- !!python/object:os.system {}": "tags ('!...') have no meaning",
    "- !!int x": "tags ('!...') have no meaning",
    "- *x": "no value above is marked '&x'",
    "[" * 5_000: "nested deeper than 16 levels",
    "- []\n---\n- []": "a second document begins here",
    "- \x00": "YAML allows no character U+0000",
    "- \x1b[2J": "YAML allows no character U+001B",
    "\t- x": "this is not YAML",
}
_WORD = st.sampled_from(
    ["person", "kind", "reason", "until", "roles", "added by hand", "2027-01-31", "2027-13-45", "9" * 5_000]
)
FUZZED = st.one_of(
    st.dictionaries(_WORD, st.one_of(_WORD, st.text(max_size=6).map(repr)), max_size=5).map(
        lambda entry: "- {" + ", ".join(f"{key}: {value}" for key, value in entry.items()) + "}"
    ),
    st.builds(
        lambda text, at, odd: text[:at] + odd + text[at:],
        st.sampled_from([*ACCEPTED]),
        st.integers(0, 80),
        st.text(max_size=3),
    ),
    files.FUZZED,
)


def wrong(text: str) -> tuple[bool, list[str]]:
    """Judges one text: as for `addresses.wrong`."""
    _, refused = _read(text)
    badly = None if refused is None else shown_well(refused)
    return refused is None, [f"{text[:200]!r}: {badly}"] if badly else []


def corpus() -> Tally:
    """Returns what becomes of every list of the corpus."""
    tally = Tally("acknowledgements")
    for text, count in ACCEPTED.items():
        found, refused = _read(text)
        right = refused is None and len(found) == count
        tally.count(accepted=True, violations=() if right else [f"{text!r}: {refused}"])
    for text, reason in REFUSED.items():
        _, refused = _read(text)
        told = refused is not None and reason in refused
        tally.count(
            accepted=False, violations=wrong(text)[1] or ([] if told else [f"{text[:99]!r}: {refused}, not {reason}"])
        )
    return tally


def _read(text: str) -> tuple[tuple[Acknowledgement, ...], str | None]:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "acknowledged.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            return read_acknowledgements(path), None
        except AcknowledgementError as error:
            return (), str(error).replace(directory, "")

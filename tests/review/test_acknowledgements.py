"""An entry that a review offers takes note of that finding, and of nothing else that there will be to find."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pulumi_elastic_org.model.changes import Plan
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.review.acknowledgements import Acknowledgement, read_acknowledgements
from pulumi_elastic_org.review.model import Finding, Kind, review_findings
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_elastic_org.review.render.text import acknowledgement_entry

TODAY = date(2026, 3, 2)
ORGANIZATION, OTHER = "2871506934", "1"

ADDED = Finding(person="eve@acme.io", kind=Kind.ADDED, detail="is a member", after="billing-admin", by_hand=True)
DIFFERS = Finding(person="admins", kind=Kind.SETTING_DIFFERS, detail="rule 'a: b' # is disabled, it's live")
REFUSED = Finding(person=None, kind=Kind.GUARD_REFUSES, detail="would leave 1 administrator [min-admins]")
KEY = Finding(person=None, kind=Kind.API_KEY, detail="created k1 'ci', until 2026-12-01: expires soon")
ELSE: dict[str, tuple[Finding, Finding]] = {
    "other roles": (ADDED, ADDED.model_copy(update={"after": "organization-admin"})),
    "another setting": (DIFFERS, DIFFERS.model_copy(update={"detail": "rule 'c' is enabled"})),
    "another guard": (REFUSED, REFUSED.model_copy(update={"detail": "takes out 9 of 10 people [max-removals]"})),
    "another key": (KEY, KEY.model_copy(update={"detail": "created k2 'nightly': its creator has left"})),
}


def acknowledged(directory: Path, entry: str) -> tuple[Acknowledgement, ...]:
    path = directory / "acknowledged.yaml"
    path.write_text(entry.replace("reason: ...", "reason: agreed").replace("YYYY-MM-DD", "2026-12-31") + "\n")
    return read_acknowledgements(path)


def still_found(found: Finding, entries: tuple[Acknowledgement, ...], organization: str = ORGANIZATION) -> bool:
    judged = JudgedPlan(Plan(organization, (), ()), Verdict((), ()), (found,))
    return review_findings(judged, entries, TODAY).findings == (found,)


@pytest.mark.parametrize("what", ELSE)
@pytest.mark.parametrize("several", [True, False])
def test_an_entry_takes_note_of_its_finding_and_of_no_other(tmp_path: Path, what: str, several: bool) -> None:
    found, other = ELSE[what]
    entries = acknowledged(tmp_path, acknowledgement_entry(found, ORGANIZATION if several else ""))

    assert not still_found(found, entries)
    assert still_found(other, entries)
    assert still_found(found, entries, OTHER) is several


def test_an_organization_may_be_given_as_the_number_that_it_looks_like(tmp_path: Path) -> None:
    entry = f"- {{organization: {ORGANIZATION}, kind: a guard would refuse, reason: ..., until: YYYY-MM-DD}}"

    assert not still_found(REFUSED, acknowledged(tmp_path, entry))

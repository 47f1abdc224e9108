"""What a drift review found of somebody, taken into the roster file that the program reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import click

from pulumi_elastic_org.cli.runs.operations import Run
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.model.grants import Grants, parse_stored_grants
from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.review.leaving import ROSTER, kind_of, organization_of
from pulumi_elastic_org.review.model import Finding, Kind
from pulumi_elastic_org.roster_file.accepting import NotAcceptable, accepted
from pulumi_elastic_org.roster_file.reading import RosterFileError, parse_rosters
from pulumi_elastic_org.roster_sources import RosterSource

_LIVE_AFTER = (Kind.ADDED, Kind.ROLES_CHANGED)
_GONE = (Kind.REMOVED, Kind.INVITATION_LOST, Kind.RESEND_LIMIT)


def accept(run: Run, people: Iterable[str]) -> Mapping[Path, tuple[str, str]]:
    """Returns the files that change so that the program declares what is live, each before and after; writes nothing.

    Args:
        run: A drift review.
        people: By e-mail address.

    Raises:
        click.ClickException: A person has no finding, or one that no edit settles; or their roster is not to be edited.
    """
    original = cache(_read)
    edited: dict[Path, str] = {}

    def text(file: Path) -> str:
        return edited[file] if file in edited else original(file)

    for wanted in people:
        found = [(plan.plan.organization_id, _about(wanted, plan.findings)) for plan in run.plans]
        if not any(findings for _, findings in found):
            raise click.ClickException(f"the review finds nothing about {wanted}: the code says what is live")
        for organization, findings in found:
            if findings:
                edited |= _accepted(run, organization, findings, text)
    return {file: (original(file), after) for file, after in edited.items()}


def _about(wanted: str, findings: Iterable[Finding]) -> Sequence[Finding]:
    return [one for one in findings if email_key(one.person or "") == email_key(wanted)]


def _accepted(run: Run, organization: str, found: Sequence[Finding], text: Callable[[Path], str]) -> Mapping[Path, str]:
    """The files that change so that they declare what was found of one person in one organization."""
    person = str(found[0].person)  # as Elastic Cloud writes the address
    live = _live(person, found)
    source = _source(run, organization, found, text)
    texts = {str(file): text(file) for file in source.files}
    try:
        after = accepted(texts, person, live, source.bindings, now().date())
    except (NotAcceptable, RosterFileError) as error:
        raise click.ClickException(f"{error}\n{_by_hand(found)}") from None
    return {Path(name): one for name, one in after.items()}


def _live(person: str, found: Iterable[Finding]) -> Grants | None:
    for one in found:
        if one.kind in _GONE:
            return None
        if one.kind in _LIVE_AFTER or one.kind is Kind.PENDING_CHANGE:
            roles = one.after if one.kind in _LIVE_AFTER else one.before
            return None if roles is None else parse_stored_grants(roles)
    raise click.ClickException(f"no edit settles what the review finds about {person}. {_by_hand(found)}")


def _source(run: Run, organization: str, found: Sequence[Finding], text: Callable[[Path], str]) -> RosterSource:
    """The roster of the organization that names the person, else the only one there is."""
    person = str(found[0].person)
    sources = _sources(run, organization)
    for one in sources:
        people = parse_rosters({str(file): text(file) for file in one.files}, one.bindings).people
        if email_key(person) in map(email_key, people):
            return one
    if len(sources) == 1:
        return sources[0]
    if sources:
        names = ", ".join(f"'{one.name}'" for one in sources)
        raise click.ClickException(
            f"{person} may belong into several rosters of organization {organization}, {names}. {_by_hand(found)}"
        )
    raise click.ClickException(
        f"the program reads no roster of organization {organization} from files: edit it by hand. {_by_hand(found)}"
    )


def _sources(run: Run, organization: str) -> Sequence[RosterSource]:
    """What the rosters of an organization are read from; not where another one has a roster of the same name."""
    steps = [step for step in run.result.steps if kind_of(step.type) == ROSTER and step.new_inputs]
    rosters = [(step.name, organization_of(step.new_inputs or {})) for step in steps]
    others = {name for name, of in rosters if of != organization}
    return [one for one in run.roster_sources if (one.name, organization) in rosters and one.name not in others]


def _by_hand(found: Iterable[Finding]) -> str:
    return "\n".join(f"{one.accept} {one.line}".strip() for one in found)


def _read(file: Path) -> str:
    with file.open(encoding="utf-8", newline="") as opened:
        return opened.read()

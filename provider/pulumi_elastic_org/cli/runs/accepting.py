"""What a drift review found of somebody, taken into the roster file that the program reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from pulumi_elastic_org.cli.runs.operations import Run
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.model.grants import Grants, parse_stored_grants
from pulumi_elastic_org.model.people import email_key
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
    today = now().date()
    before: dict[Path, str] = {}
    after: dict[Path, str] = {}
    for wanted in people:
        found = [one for plan in run.plans for one in plan.findings if email_key(one.person or "") == email_key(wanted)]
        if not found:
            raise click.ClickException(f"the review finds nothing about {wanted}: the code says what is live")
        person = found[0].person or wanted  # as Elastic Cloud writes the address
        live = _live(person, found)
        source = _source(run, person, found, after)
        texts = {str(file): after.get(file) or _read(file) for file in source.files}
        before |= {file: texts[str(file)] for file in source.files if file not in before}
        try:
            after |= {Path(name): text for name, text in accepted(texts, person, live, source.bindings, today).items()}
        except (NotAcceptable, RosterFileError) as error:
            raise click.ClickException(f"{error}\n{_by_hand(found)}") from None
    return {file: (before[file], text) for file, text in after.items()}


def _live(person: str, found: Iterable[Finding]) -> Grants | None:
    for one in found:
        if one.kind in _GONE:
            return None
        if one.kind in _LIVE_AFTER or one.kind is Kind.PENDING_CHANGE:
            roles = one.after if one.kind in _LIVE_AFTER else one.before
            return None if roles is None else parse_stored_grants(roles)
    raise click.ClickException(f"no edit settles what the review finds about {person}. {_by_hand(found)}")


def _source(run: Run, person: str, found: Iterable[Finding], edited: Mapping[Path, str]) -> RosterSource:
    """The roster that names the person, else the only one there is."""
    sources = run.roster_sources
    for one in sources:
        texts = {str(file): edited.get(file) or _read(file) for file in one.files}
        if any(email_key(email) == email_key(person) for email in parse_rosters(texts, one.bindings).people):
            return one
    if len(sources) == 1:
        return sources[0]
    if sources:
        names = ", ".join(f"'{one.name}'" for one in sources)
        raise click.ClickException(
            f"{person} may belong into several rosters of the program, {names}. {_by_hand(found)}"
        )
    raise click.ClickException(f"the program reads no roster from files: edit it by hand. {_by_hand(found)}")


def _by_hand(found: Iterable[Finding]) -> str:
    return "\n".join(f"{one.accept} {one.line}".strip() for one in found)


def _read(file: Path) -> str:
    with file.open(encoding="utf-8", newline="") as opened:
        return opened.read()

"""`Roster`: the people of an organization as one resource."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pulumi.output import Unknown

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.kinds.declaration import (
    Declaration,
    as_stored,
    drift,
    live_members,
    open_invitations,
    read_declaration,
    since_applied,
)
from pulumi_elastic_org.kinds.people import HOW_PEOPLE_ARE_MANAGED, PeopleKind
from pulumi_elastic_org.lifecycle.interface import State
from pulumi_elastic_org.lifecycle.people import NOBODY, Answer, Request
from pulumi_elastic_org.lifecycle.properties import UNKNOWN, Properties, Property, PropertyError, Type, Where, plain
from pulumi_elastic_org.model.changes import Cause, Change, Reinvite, RevokeKeys
from pulumi_elastic_org.model.grants import GrantError, check_combination, format_grants, parse_stored_grants
from pulumi_elastic_org.model.guard_settings import read_guards
from pulumi_elastic_org.model.matching import known_accounts, match_people
from pulumi_elastic_org.model.people import (
    ADDITIVE,
    AUTHORITATIVE,
    INVITATION_LIFE,
    NOTHING_APPLIED,
    Applied,
    Desired,
    Organization,
    email_key,
    has_ended,
    read_addresses,
    read_applied,
    read_people,
    repeated,
    write_accounts,
    write_addresses,
    write_people,
    write_single_sign_on,
)
from pulumi_elastic_org.model.targets import TargetNames

if TYPE_CHECKING:
    from pulumi_elastic_org.model.ownership import CloudResource

REVIEWED_DRIFT = "reviewed_drift"
"""Where state keeps the computed input `drift` of the last apply, so that a refresh returns it as it was."""


class Roster(PeopleKind):
    """Makes an organization's members what a roster says; deleting it removes nobody."""

    name = "Roster"
    what = "roster"
    one_person = False
    properties = (
        Property("members", Type.MAP, "Roles in text form by e-mail address.", Where.INPUT, required=True),
        Property(
            "mode",
            Type.TEXT,
            '``"authoritative"``: whoever is not named is removed. ``"additive"``: people whom no apply has named are left alone; '
            "taking somebody out removes them in this mode, too.",
            required=True,
            choices=(AUTHORITATIVE, ADDITIVE),
            early=True,
        ),
        *HOW_PEOPLE_ARE_MANAGED,
        Property(
            "single_sign_on",
            Type.TEXT,
            "E-mail addresses, with commas, of members whom an identity provider lets in and gives roles at each login.",
            early=True,
        ),
        Property("until", Type.MAP, "Last days (UTC) with access, such as 2027-01-31, by e-mail address.", early=True),
        Property(
            "target_names",
            Type.MAP,
            "Names of deployments and projects by what stands for them.",
            Where.INPUT,
            early=True,
        ),
        Property(
            "target_labels",
            Type.MAP,
            "What a roster file calls ids, for reviews.",
            Where.INPUT,
            internal=True,
            early=True,
        ),
        Property(
            "managed_elsewhere", Type.TEXT, "Whom other resources of the program declare.", internal=True, early=True
        ),
        Property("applied", Type.TEXT, "What was applied last, a line each.", Where.OUTPUT),
        Property(
            "accounts",
            Type.TEXT,
            "The account ids of its members, a line `USER_ID=ADDRESS` for each address by which one is known.",
            Where.OUTPUT,
        ),
        Property(
            "pending", Type.MAP, "Until when people can accept their invitation, by e-mail address.", Where.OUTPUT
        ),
        Property("expired", Type.MAP, "When invitations have expired, by e-mail address.", Where.OUTPUT),
        Property("drift", Type.MAP, "What was changed by hand since the last apply.", Where.OUTPUT),
        Property("resends", Type.MAP, "How often open invitations were sent again.", Where.OUTPUT, internal=True),
        Property(REVIEWED_DRIFT, Type.MAP, "The drift that the last apply undid.", Where.OUTPUT, internal=True),
    )

    def id(self, inputs: Properties) -> str:
        return str(inputs["organization_id"])

    def mistakes(self, news: Properties) -> Iterator[str]:
        # Not where inputs are read again: who has ended is no member in those that were resolved, and keeps the last day.
        if isinstance(members := news["members"], Mapping):
            declared, seen = set(map(email_key, members)), dict[str, str]()
            for email in sorted(news.get("until") or {}):
                if email_key(email) not in declared:
                    yield f"until: {email} is not among the members"
                elif mistake := repeated(email, seen):
                    yield f"until: {email} {mistake}"

    def declare(self, inputs: Properties) -> Declaration:
        return read_declaration(inputs)

    def resolve(self, inputs: Properties, declaration: Declaration) -> tuple[dict[str, Any], Declaration]:
        organization = self.phase.organization
        resolved = resolve_inputs(inputs, now(), organization.resources, organization.label)
        return (dict(inputs), declaration) if resolved is None else (resolved, read_declaration(resolved))

    def applied(self, outputs: Properties) -> Applied:
        return read_applied(outputs)

    def drift(self, olds: Properties, news: Properties, declaration: Declaration, actual: Organization) -> object:
        elsewhere = declaration.desired.managed_elsewhere
        members = live_members(news["members"], actual, NOTHING_APPLIED, now(), elsewhere)
        mapped = self.signed_on(news)(actual.members)
        marked = write_addresses(read_addresses(news.get("single_sign_on")) | mapped)
        return drift(olds, {**news, "single_sign_on": marked}, members) or None

    def declares_others(self, olds: Properties, news: Properties, declaration: Declaration, applied: Applied) -> bool:
        return dict(applied.members) != _declared(declaration)

    def request(self, inputs: Properties, declaration: Declaration, applied: Applied) -> Request:
        # The engine names no resource to a provider: what it is to be and what it was tell one roster from another.
        resource = sha256(f"{plain(inputs)}\n{write_people(applied.members)}".encode()).hexdigest()
        return Request(resource, declaration.desired, applied, declaration.guards, declaration.expires_in)

    def removal(self, outputs: Properties, in_rosters: frozenset[str]) -> Request | None:
        """Asks for something only when other rosters took its people over: a roster that got another name in Pulumi.

        Then whoever is in none of them was taken out by the same change, and is removed as by any other update.
        """
        applied = read_applied(outputs)
        if in_rosters.isdisjoint(map(email_key, applied.members)):
            return None
        guards = read_guards(outputs, [])
        resource = sha256(write_people(applied.members).encode()).hexdigest()
        return Request(f"let go {resource}", NOBODY, applied, guards, str(outputs.get("expires_in", INVITATION_LIFE)))

    def let_go(self, id_: str, outputs: Properties) -> str:
        people = read_people(outputs.get("applied"))
        return f"Organization {id_}: the roster is no longer managed here; its {len(people)} people stay members"

    def farewell(self, outputs: Properties, answer: Answer) -> Iterator[str]:
        yield f"Organization {outputs['organization_id']}: the roster went to another one"

    def _adopted(self, actual: Organization) -> dict[str, Any]:
        """What an update would have left that declared everybody as they are: an import takes everybody over."""
        members = live_members((), actual, NOTHING_APPLIED, now())
        return {
            "mode": AUTHORITATIVE,
            "organization_id": actual.id,
            "applied": write_people(members),
            "accounts": write_accounts(known_accounts(members, actual, NOTHING_APPLIED)),
        }

    def unforeseen(self, desired: Desired, invited: Collection[str], found: Properties) -> dict[str, Any]:
        pending = {**found["pending"], **dict.fromkeys(invited, UNKNOWN)}
        applied = UNKNOWN if desired.undetermined else found["applied"]
        return {"pending": dict(sorted(pending.items())), "applied": applied}

    def kept(self, inputs: Properties) -> dict[str, Any]:
        return {**super().kept(inputs), **({REVIEWED_DRIFT: inputs["drift"]} if "drift" in inputs else {})}

    def outputs(self, inputs: Properties, declaration: Declaration, applied: Applied, answer: Answer) -> dict[str, Any]:
        from pulumi_elastic_org.model.outcome import applied_so_far  # noqa: PLC0415 - only where something was applied

        so_far = applied_so_far(applied, declaration.desired, answer.actual, answer.done, answer.unknown)
        if answer.error is not None:
            return _outputs(so_far, declaration, answer, applied)
        members = {email: roles for email, roles in _declared(declaration).items() if email not in answer.acknowledged}
        members |= {email: so_far[email] for email in answer.acknowledged & so_far.keys()}
        members = _with_nameless(_without_skipped(members, so_far, answer.skipped, applied), so_far, answer, applied)
        return _outputs(members, declaration, answer, applied)

    def imported(self, id_: str) -> dict[str, Any]:
        return {"organization_id": id_}

    def read(self, id_: str, outputs: Properties) -> State | None:
        actual = self.phase.organization.read()
        outputs = outputs or self._adopted(actual)
        applied = read_applied(outputs)
        members = live_members(applied.members, actual, applied, now(), applied.managed_elsewhere)
        left_alone = read_addresses(outputs.get("single_sign_on")) | self.signed_on(outputs)(actual.members)
        members |= {email: roles for email, roles in applied.members.items() if email_key(email) in left_alone}
        if outputs.get("mode") != AUTHORITATIVE:
            members = {email: roles for email, roles in members.items() if email in applied.members}
        reviewed = {"drift": outputs[REVIEWED_DRIFT]} if REVIEWED_DRIFT in outputs else {}
        stored = as_stored(members, read_people(outputs.get("applied")))
        match = match_people(applied.members, actual, applied)
        pending, expired = open_invitations(match.invitations, now())
        return State(
            id_,
            {**outputs, "pending": pending, "expired": expired, "drift": since_applied(applied.members, members)},
            {**super().kept(outputs), **reviewed, "members": dict(sorted(stored.items()))},
        )


def _outputs(members: Mapping[str, str], declaration: Declaration, answer: Answer, applied: Applied) -> dict[str, Any]:
    """The outputs that say who was managed and how they stand.

    Args:
        members: Who is managed: roles in text form by e-mail address as declared.
        declaration: What was asked for.
        answer: What was done.
        applied: What the apply before left behind.
    """
    changed_accounts = declaration.desired.changed_accounts
    match = match_people(members, answer.actual, applied, changed_accounts)
    watched = (*declaration.desired.managed_elsewhere, *declaration.guards.protected)
    accounts = known_accounts(members, answer.actual, applied, changed_accounts, watched)
    unrevoked = (change for change in answer.unknown if isinstance(change, RevokeKeys))
    accounts |= {email_key(change.person): change.user_id for change in unrevoked}
    invitations = {**match.invitations, **answer.invitations}
    pending, expired = open_invitations(invitations, now())
    sent_again = {
        change.person for change in answer.touched if isinstance(change, Reinvite) and change.cause is Cause.EXPIRED
    }
    resends = {
        email_key(email): applied.resends.get(email_key(email), 0) + (email in sent_again) for email in invitations
    }
    return {
        "drift": {},
        "applied": write_people(members),
        "accounts": write_accounts(accounts),
        "pending": pending,
        "expired": expired,
        "resends": {key: count for key, count in sorted(resends.items()) if count},
    }


def _without_skipped(
    members: Mapping[str, str], so_far: Mapping[str, str], skipped: Iterable[Change], applied: Applied
) -> dict[str, str]:
    """Who is managed, where some people were left as they are: they are managed as they were before, or not at all.

    Args:
        members: Who would be managed if nobody had been left alone.
        so_far: Who is managed by what was done.
        skipped: What was not done.
        applied: What the apply before left behind.
    """
    marks = {mark for change in skipped for mark in (email_key(change.person), getattr(change, "user_id", ""))}

    def was_skipped(email: str) -> bool:
        key = email_key(email)
        return key in marks or applied.user_ids.get(key) in marks

    kept = {email: roles for email, roles in members.items() if not was_skipped(email)}
    return kept | {email: roles for email, roles in so_far.items() if was_skipped(email)}


def _with_nameless(
    members: Mapping[str, str], so_far: Mapping[str, str], answer: Answer, applied: Applied
) -> dict[str, str]:
    """Who is managed; so is whoever was taken out while no address of theirs was shown, which left them alone.

    Args:
        members: Who would be managed if everybody's address had been shown.
        so_far: Who is managed by what was done.
        answer: What was done.
        applied: What the apply before left behind.
    """
    nameless = {one.user_id for one in answer.actual.members if not one.email}
    left = {email: roles for email, roles in so_far.items() if applied.user_ids.get(email_key(email)) in nameless}
    return {**left, **members}


def _declared(declaration: Declaration) -> dict[str, str]:
    return {email: format_grants(grants) for email, grants in sorted(declaration.desired.people.items())}


def resolve_inputs(
    inputs: Properties,
    now: datetime,
    resources: Callable[[], Iterable[CloudResource]],
    label: Callable[[Mapping[str, str]], None],
) -> dict[str, Any] | None:
    """Returns inputs without names for targets and without people whose last day has passed; ``None`` where it has none of that.

    Args:
        inputs: A roster's inputs without other mistakes. ``target_names`` holds the names in Elastic Cloud by what stands for them
            in roles, ``target_labels`` what a file calls ids, ``until`` the last days (UTC, ISO 8601) by e-mail address; all may
            be missing.
        now: The time.
        resources: Reads the deployments and projects; called only when there are names.
        label: Takes what a file calls deployments and projects, by id.

    Raises:
        PropertyError: A name is nobody's or of several; all such names are given.
    """
    names: Mapping[str, str] = inputs.get("target_names") or {}
    label(inputs.get("target_labels") or {})
    if not names and not inputs.get("until") and "target_labels" not in inputs:
        return None
    until = {email: date.fromisoformat(day) for email, day in (inputs.get("until") or {}).items()}
    ended = {email_key(email) for email, day in until.items() if has_ended(day, now)}
    members = {email: roles for email, roles in inputs["members"].items() if email_key(email) not in ended}
    if names:
        found = TargetNames(names, resources())
        members = _with_ids(members, found)
        label(found.labels)
    resolved = {**inputs, "members": members}
    resolved.pop("target_names", None)
    resolved.pop("target_labels", None)
    if ended:
        resolved.pop("single_sign_on", None)
        resolved |= write_single_sign_on(read_addresses(inputs.get("single_sign_on")) - ended)
    return resolved


def _with_ids(members: Mapping[str, Any], names: TargetNames) -> dict[str, Any]:
    found: dict[str, Any] = {}
    mistakes: list[str] = []
    for email, roles in members.items():
        if isinstance(roles, Unknown):
            found[email] = roles
            continue
        grants = names.resolve(parse_stored_grants(roles))
        try:
            check_combination(grants)
        except GrantError as error:
            mistakes.append(f"{email}: {error}")
        found[email] = format_grants(grants)
    if names.mistakes or mistakes:
        raise PropertyError([*names.mistakes.values(), *mistakes])
    return found

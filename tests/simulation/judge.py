"""What must hold after every call, whoever makes it and whatever goes wrong around it.

A pipeline is judged by what it did, and by what it could know when it did it: what somebody else does between its last look and its
write is nobody's fault. Its last look may be no older than what it has given since: before anything is taken away it looks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from elastic_cloud_emulator import Cloud
from pulumi_elastic_org.apply.invitations import LOOK_COUNTS
from pulumi_elastic_org.model.grants import Grant, Grants, format_grants, is_admin, overlap
from pulumi_elastic_org.model.people import Member, email_key
from pulumi_elastic_org.model.role_mappings import Condition, RoleMapping, Rule, given_at_sign_on
from tests.simulation.conduct import Conduct, Ledger, Wanted
from tests.simulation.declared import GONE
from tests.simulation.moment import Look, Moment, Person
from tests.trust.invariants import covered
from tests.trust.organization import ORGANIZATION

INVARIANTS = (
    "Nobody who is declared or protected is removed, or loses what they held and are declared to hold; where one role moves "
    "between all and named targets, that role alone may be missing for a moment.",
    "Nobody is removed whom no earlier declaration of the pipeline named, unless an override names them; who owns something, or "
    "whose key it is, stays; and no run takes out more people than its guards allow.",
    "Nobody is given, by an invitation or as a member, what the declaration does not give them; nobody who comes by the address of "
    "somebody else is given what is theirs.",
    "As many administrators stay as the guards ask for.",
    "Nobody is invited twice for one declaration.",
    "Neither state nor what is said holds a key, or the token of an invitation.",
    "The API key that a state holds works; a superseded one stays for its overlap; nobody else's is deleted, nor the one that "
    "makes the calls or that the stack is configured with; none is left behind unsaid.",
    "Somebody can sign in as an owner after every call, and single sign-on is enforced only with a key that takes it off again.",
    "A run that says that it succeeded did what is declared; one that fails knows what it did, and has tried to put back what it "
    "took in exchange for what was refused.",
    "A procedure lets nobody go who owns something or would belong nowhere then, invites nobody twice, goes on with the account "
    "with which it began, and ends, or refuses with a reason on which a person can act.",
    "Once nothing goes wrong any more, two runs reach exactly what is declared, or refuse with a reason whose advice, followed, "
    "leads there; and one more run changes nothing.",
)
"""In words, for the page with the figures."""


class Judge:
    """Sees every call.

    Args:
        cloud: Where it is made.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.look = Look(cloud)
        self._moment = self.look.now()
        self.violations: list[str] = []
        self.lag = timedelta()
        self._past: list[tuple[datetime, Moment]] = []
        """What was, with the time when it ended."""

    @property
    def moment(self) -> Moment:
        """The organization as it is."""
        return self._moment

    @moment.setter
    def moment(self, now: Moment) -> None:
        self._past.append((self._cloud.clock.now(), self._moment))
        self._moment = now

    def begin(self, who: str, own: str, wanted: Wanted, ledger: Ledger) -> Conduct:
        """Returns the conduct of a run that begins."""
        now = self.moment
        mapped = self._given_by_mappings() if wanted.heeds_mappings else frozenset()
        since = self._cloud.clock.now() - self.lag
        shown = (now, *(moment for ended, moment in self._past if ended > since))
        return Conduct(
            who, own, wanted, ledger, seen=now, first=now, looked=now, listed=now, shown=shown, mapped=mapped
        )

    def by_hand(self, under_way: list[Conduct]) -> None:
        """Takes note of what people did."""
        after = self.look.now()
        if after != self.moment:
            for conduct in under_way:
                conduct.disturbed = True
        self.moment = after

    def called(self, conduct: Conduct, method: str, path: str, others: list[Conduct]) -> None:
        """Judges a call that has been made."""
        reads = method == "GET" or path.endswith("/_search")
        if reads:
            if path.endswith("/members"):
                conduct.seen = conduct.looked = self.moment
            elif path.endswith("/invitations"):
                conduct.listed = self.moment
            return
        before, after = self.moment, self.look.now()
        if after == before:
            return
        self.moment = after
        for other in others:
            if other is not conduct:
                other.disturbed = True
        found = list(self._judged(conduct, before, after))
        self.violations += [f"{conduct.who}: {one}" for one in found]
        gave = any(
            one.grants - before.members[user_id].grants
            for user_id, one in after.members.items()
            if user_id in before.members
        )
        if gave or after.mails > before.mails:
            conduct.seen = after
        else:
            conduct.seen = self._without_losses(conduct.seen, after)

    def answered(self, run: Conduct, method: str, path: str, status: int) -> None:
        """Takes note of whether roles were given: where they are refused, what was taken for them is to be put back."""
        *_, user_id, last = path.rsplit("/", 2)
        if method == "POST" and last == "role_assignments":
            run.refused[user_id] = run.refused.get(user_id, 0) + 1 if status >= 400 else 0

    def _without_losses(self, seen: Moment, after: Moment) -> Moment:
        """What a run knows once it has taken something: what it saw, less what it took."""
        members = {user_id: one for user_id, one in seen.members.items() if user_id in after.members}
        members |= {
            user_id: Person(one.email, one.grants & after.members[user_id].grants) for user_id, one in members.items()
        }
        return Moment(members, seen.invitations, seen.owners, seen.mails)

    def _judged(self, run: Conduct, before: Moment, after: Moment) -> Iterator[str]:
        yield from self._removals(run, before, after)
        for user_id in before.members.keys() & after.members.keys():
            if before.members[user_id].grants != after.members[user_id].grants:
                yield from self._roles(run, user_id, before.members[user_id], after.members[user_id].grants)
        yield from self._administrators(run, before, after)
        yield from self._mails(run, before)
        yield from self._cancellations(run, before, after)
        yield from self._too_many(run)

    def _removals(self, run: Conduct, before: Moment, after: Moment) -> Iterator[str]:
        for user_id in before.members.keys() - after.members.keys():
            person, had = before.members[user_id].email, set(self.look.addresses[user_id])
            run.taken_out.add(email_key(person))
            if self._is_declared(run, user_id):
                yield f"{person} is declared, and was removed"
            if run.protects(set(self._keys(run, user_id))):
                yield f"{person} is protected, and was removed"
            if not had & (run.ledger.declared | run.wanted.ended) and not run.overrides("unmanaged-people", had):
                yield f"{person} was in no earlier declaration, and was removed"
            if user_id in run.seen.owners & before.owners and not run.overrides("owns-resources", had):
                yield f"{person} owns something, and was removed"
            if user_id == run.own and not run.overrides("self", had):
                yield f"{person} is the user of the key, and was removed"
            if had & run.ledger.invitations:
                yield f"{person} was declared to be invited and no more, and was removed"

    def _roles(self, run: Conduct, user_id: str, was: Person, now: Grants) -> Iterator[str]:
        had = set(self.look.addresses[user_id])
        lost, gained = was.grants - now, now - was.grants
        lost = frozenset(one for one in lost if not covered(one, now))
        keys = [key for key in self._keys(run, user_id) if key in run.wanted.members]
        keys += [key for key in run.wanted.members if user_id in run.ledger.known.get(key, ()) and key not in keys]
        if not keys:
            yield f"{was.email} is not declared, and their roles changed: {format_grants(was.grants)} => {format_grants(now)}"
            return
        wanted = run.wanted.members[keys[0]]
        if keys[0] in run.wanted.single_sign_on:
            yield f"{was.email} is managed by single sign-on, and their roles were changed"
        if keys[0] in run.wanted.invitations:
            yield f"{was.email} is declared to be invited and no more, and their roles were changed"
        first = run.first.members[user_id].grants if user_id in run.first.members else frozenset()
        fresh = [one for one in gained if not covered(one, first)]  # what is put back is given to nobody
        if fresh:
            run.given.add(keys[0])
        surplus = [one for one in fresh if not covered(one, wanted)]
        if surplus:
            yield f"{was.email} was given {format_grants(surplus)}, which is not declared"
        if run.wanted.guards.refuse_unknown_targets and not run.overrides("unknown-targets", had | {keys[0]}):
            yield from (
                f"{was.email} was given a role on {one.target}, which is not there"
                for one in fresh
                if one.target == GONE
            )
        missed = frozenset(one for one in lost if covered(one, wanted)) | frozenset(
            one for one in wanted if covered(one, was.grants) and not covered(one, now)
        )
        seen = run.looked.members.get(user_id, was).grants
        if self.lag:
            seen = seen.union(*(one.members[user_id].grants for one in run.shown if user_id in one.members))
        exchanged = [one for one in missed if _in_exchange(one, was.grants | seen, wanted)]
        if len(exchanged) < len(missed):
            yield f"{was.email} lost {format_grants(missed)}, which is declared"
        if len({(one.scope, one.role_id) for one in missed}) > 1:
            yield f"{was.email} missed several roles at once: {format_grants(missed)}"
        if lost and run.protects(set(self._keys(run, user_id))):
            yield f"{was.email} is protected, and lost {format_grants(lost)}"
        if is_admin(lost) and user_id == run.own and not run.overrides("self", had):
            yield f"{was.email} is the user of the key, and is no administrator any more"
        known = run.ledger.accounts.get(keys[0], user_id)
        holder = next((one for one, member in run.looked.members.items() if email_key(member.email) == keys[0]), known)
        if holder != known and not self.lag and not run.overrides("changed-account", had | {keys[0]}):
            yield f"{keys[0]} is the address of another account now, and the roles of {was.email} were changed"

    def _administrators(self, run: Conduct, before: Moment, after: Moment) -> Iterator[str]:
        lost = before.administrators - after.administrators
        left = run.seen.administrators - lost
        people = [user_id for user_id in lost if not run.overrides("last-admin", set(self.look.addresses[user_id]))]
        if people and len(left) < min(run.min_admins, len(run.seen.administrators)):
            yield f"{len(left)} administrators were left, and {run.min_admins} are to be"

    def _mails(self, run: Conduct, before: Moment) -> Iterator[str]:
        for message in self._cloud.outbox.messages[before.mails :]:
            key = email_key(message.to)
            run.given.add(key)
            wanted = run.wanted.members.get(key)
            sent = self.moment.invitations.get(message.token)
            if wanted is None or key in run.wanted.single_sign_on:
                yield f"{message.to} is not declared to be invited, and was"
            elif sent is not None and sent.grants != wanted:
                yield f"{message.to} was invited to {format_grants(sent.grants)}, and {format_grants(wanted)} is declared"
            run.invited[key] = run.invited.get(key, 0) + 1
            if self.lag:
                continue
            # requests that are made together are one moment, as long as the look before them is as good as new
            known = run.listed.invitations.keys() | {
                one.token
                for one in self._cloud.outbox.messages[: before.mails]
                if message.sent_at - one.sent_at > LOOK_COUNTS
            }
            standing = [one for token, one in before.invitations.items() if token in known]
            if any(
                email_key(one.email) == key and one.grants == wanted and one.expires_at > message.sent_at
                for one in standing
            ):
                yield f"{message.to} was invited already, and got another e-mail"
            elif run.invited[key] > 1 and not run.disturbed:
                yield f"{message.to} got {run.invited[key]} e-mails in one run"
            allowed = run.wanted.guards.allowed_domains
            if allowed and key.partition("@")[2] not in allowed and not run.overrides("allowed-domains", {key}):
                yield f"{message.to} is at no allowed domain, and was invited"

    def _cancellations(self, run: Conduct, before: Moment, after: Moment) -> Iterator[str]:
        now = self._cloud.clock.now()
        for token in before.invitations.keys() - after.invitations.keys():
            one = before.invitations[token]
            key = email_key(one.email)
            if one.expires_at <= now:
                continue
            wanted = run.wanted.members.get(key)
            if wanted is not None:
                if one.grants == wanted and key not in run.wanted.single_sign_on:
                    yield f"{one.email} is declared, and their invitation was cancelled"
                continue
            run.taken_out.add(key)
            if run.protects({key}):
                yield f"{one.email} is protected, and their invitation was cancelled"
            if key not in run.ledger.declared | run.wanted.ended and not run.overrides("unmanaged-people", {key}):
                yield f"{one.email} was in no earlier declaration, and their invitation was cancelled"

    def _too_many(self, run: Conduct) -> Iterator[str]:
        now = self._cloud.clock.now()
        pending = sum(one.expires_at > now for one in run.first.invitations.values())
        most = len(run.first.members) + pending
        if run.disturbed:
            most += len(self.moment.members) + len(self.moment.invitations)
        if len(run.taken_out) > max(run.most, run.most_removals(most)):
            run.most = len(run.taken_out)
            yield f"{len(run.taken_out)} people were taken out, and {run.wanted.guards.max_removals} is allowed"

    def _is_declared(self, run: Conduct, user_id: str) -> bool:
        return any(key in run.wanted.members for key in self._keys(run, user_id))

    def _keys(self, run: Conduct, user_id: str) -> list[str]:
        """The addresses by which a run means an account: its own, that of the last look, and former ones by which it was known."""
        *former, own = self.look.addresses[user_id]
        looked = email_key(run.looked.members[user_id].email) if user_id in run.looked.members else ""
        holders = {email_key(one.email): holder for holder, one in self.moment.members.items()}
        known = [
            key
            for key in reversed(former)
            if (run.ledger.accounts.get(key) == user_id or key == looked)
            and (holders.get(key, user_id) == user_id or not run.overrides("changed-account", {key}))
        ]
        return [own, *known]

    def _given_by_mappings(self) -> frozenset[str]:
        """Who has the roles that a single sign-on gave, by every address that they ever had."""
        mappings = [
            RoleMapping(
                one.name,
                Rule.of(one.match, [Condition(*pair) for each in one.properties for pair in each.items()]),
                self.look.grants(one.roles.to_json(ORGANIZATION)),
                one.enabled,
            )
            for one in self._cloud.organization(ORGANIZATION).role_mappings.values()
        ]
        return frozenset(
            key
            for user_id, one in self.moment.members.items()
            if given_at_sign_on(Member(user_id, one.email, one.grants), mappings)
            for key in self.look.addresses[user_id]
        )

    def succeeded(self, run: Conduct) -> Iterator[str]:
        """Yields what is not as a run says that it made it."""
        if not run.disturbed and not self.lag:
            yield from (
                f"{run.who} said that it succeeded, and {one}"
                for one in self.differences(run.wanted, run.ledger, run.mapped)
            )

    def failed(self, run: Conduct) -> Iterator[str]:
        """Yields what a run that failed has left behind worse than it has to be."""
        if run.disturbed:
            return
        for user_id, refused in run.refused.items():
            was, now = run.first.members.get(user_id), self.moment.members.get(user_id)
            if refused != 1 or was is None or now is None:
                continue
            wanted = run.wanted.members.get(email_key(was.email), frozenset())
            missing = [one for one in wanted if not covered(one, now.grants)]
            lost = [one for one in was.grants - now.grants if any(overlap(one, other) for other in missing)]
            if lost:
                yield f"{run.who} took {format_grants(lost)} from {was.email} in exchange, and did not put it back"

    def differences(self, wanted: Wanted, ledger: Ledger, mapped: frozenset[str] = frozenset()) -> Iterator[str]:
        """Yields where the organization is not exactly what is declared; `mapped` were left alone for their role mappings."""
        now = self._cloud.clock.now()
        held: dict[str, list[Grants]] = {}
        for user_id, one in self.moment.members.items():
            for key in self.look.addresses[user_id]:
                held.setdefault(key, []).append(one.grants)
        present = {email_key(one.email) for one in self.moment.members.values()}
        open_ = {email_key(one.email): one for one in self.moment.invitations.values()}
        given_by_mappings = mapped | self._given_by_mappings() if wanted.heeds_mappings else mapped
        for key, grants in wanted.members.items():
            if key in wanted.single_sign_on | given_by_mappings or grants in held.get(key, ()):
                continue
            if key in wanted.invitations and key in present:
                continue
            invitation = open_.get(key)
            if key in present or ledger.accounts.get(key) in self.moment.members:
                yield f"{key} holds other roles"
            elif invitation is None:
                yield f"{key} is missing"
            elif invitation.expires_at > now and invitation.grants != grants:
                yield f"{key} is invited to other roles"
        for user_id, one in self.moment.members.items():
            had = set(self.look.addresses[user_id])
            managed = any(
                user_id in ledger.known.get(key, {user_id}) for key in had & ledger.managed - ledger.invitations
            )
            if not had & wanted.members.keys() and (wanted.authoritative or managed):
                yield f"{one.email} should not be there"
        for key, invited in open_.items():
            if key not in wanted.members and (wanted.authoritative or key in ledger.managed):
                yield f"{invited.email} should not be invited"


def _in_exchange(grant: Grant, held: Grants, wanted: Grants) -> bool:
    """Whether a grant may be missing for a moment, since one on overlapping targets comes or goes."""
    return any(overlap(grant, other) for other in held ^ wanted)

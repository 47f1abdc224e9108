"""What changes do to an organization, and whether it shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Change,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    RevokeKeys,
)
from pulumi_elastic_org.model.people import Invitation, Organization, email_key

NOT_SHOWN: Mapping[type[Change], str] = {
    RemoveMember: "Elastic Cloud answered that the person was removed, and still lists them",
    CancelInvitation: "Elastic Cloud answered that the invitation was cancelled, and still lists it",
    RemoveGrants: "Elastic Cloud answered that the roles were removed, and still shows them",
    AddGrants: "Elastic Cloud answered that the roles were added, and does not show them",
    Invite: "Elastic Cloud answered that the invitation was sent, and does not list it",
    Reinvite: "Elastic Cloud answered that the invitation was cancelled and sent again, and does not list it so",
}
"""What is told of a change that the organization does not show, even after a while."""

ACCEPTED_MEANWHILE = (
    "accepted the invitation before it could be cancelled, and is a member now: run again to remove them"
)
"""What is told of whoever was to be let go by cancelling an invitation, which takes nothing from a member."""


def carried_out(actual: Organization, done: Iterable[Change], sent: Mapping[str, Invitation]) -> Organization:
    """Returns the organization as it is once changes are done.

    Args:
        actual: As it was before.
        done: What the API carried out, in any order.
        sent: The invitations that were sent, by the person's e-mail address as in the changes.
    """
    members = {member.user_id: member for member in actual.members}
    invitations = {invitation.token: invitation for invitation in actual.invitations}
    # What is lost first: a role that moves between "all" and named targets is removed and added in one breath.
    for change in sorted(done, key=lambda one: not isinstance(one, RemoveGrants)):
        if isinstance(change, RemoveGrants | AddGrants):
            if (member := members.get(change.user_id)) is not None:
                less = isinstance(change, RemoveGrants)
                held = member.grants - change.grants if less else member.grants | change.grants
                members[change.user_id] = replace(member, grants=held)
        elif isinstance(change, RemoveMember):
            members.pop(change.user_id, None)
        elif isinstance(change, CancelInvitation | Reinvite):
            invitations.pop(change.invitation.token, None)
        if isinstance(change, Invite | Reinvite) and change.person in sent:
            invitations[sent[change.person].token] = sent[change.person]
    return Organization(actual.id, tuple(members.values()), tuple(invitations.values()))


def unseen(
    done: Iterable[Change], sent: Mapping[str, Invitation], actual: Organization, leaving: Iterable[str] = ()
) -> list[tuple[Change, str]]:
    """Returns the changes that an organization does not show, although the API answered that they were done, and what to tell.

    Args:
        done: The changes.
        sent: The invitations that were sent, by the person's e-mail address as in the changes.
        actual: The organization as it is shown afterwards.
        leaving: The addresses of members who were to be removed beside; anybody else who had an open invitation was none.
    """
    held = {member.user_id: member.grants for member in actual.members}
    joined = {email_key(member.email) for member in actual.members if member.email}
    standing = {invitation.token: invitation.grants for invitation in actual.invitations}
    were_members = set(map(email_key, leaving))

    def shown(change: Change) -> bool:
        if isinstance(change, RemoveMember):
            return change.user_id not in held
        if isinstance(change, CancelInvitation):
            return change.invitation.token not in standing and email_key(change.person) not in joined - were_members
        if isinstance(change, AddGrants):
            return change.grants <= held.get(change.user_id, change.grants)
        if isinstance(change, RemoveGrants):
            return not change.grants & held.get(change.user_id, frozenset())
        invitation = sent[change.person]
        replaces = isinstance(change, Reinvite) and change.invitation.token in standing.keys() - {invitation.token}
        # the token may be that of one before, to other roles
        stands = standing.get(invitation.token) == invitation.grants
        accepted = invitation.token not in standing and email_key(change.person) in joined
        return not replaces and (stands or accepted)

    def why(change: Change) -> str:
        if isinstance(change, CancelInvitation) and change.invitation.token not in standing:
            return ACCEPTED_MEANWHILE
        return NOT_SHOWN[type(change)]

    about_people = (change for change in done if not isinstance(change, RevokeKeys))
    return [(change, why(change)) for change in about_people if not shown(change)]

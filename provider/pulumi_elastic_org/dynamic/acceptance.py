"""`InvitationAcceptance`: a person's own side of joining an organization."""

from __future__ import annotations

import pulumi

from pulumi_elastic_org.dynamic.program import KindResource
from pulumi_elastic_org.model.guard_settings import Guards, write_guards
from pulumi_elastic_org.resources.acceptance_provider import AcceptanceProvider


class InvitationAcceptance(KindResource, module="elastic-org", name="InvitationAcceptance"):
    """The membership of the person whose API key is used, who accepts an invitation to get it.

    The key is the invited person's own: declare a `Provider` with it and pass that in ``opts``. Only administrators may list
    invitations, so the invitation is found either by its token or, in a program that also has the roster, by the person's address
    and the key of an administrator. Both secrets stay encrypted in state and are used until the invitation is accepted.

    A person who is a member already is adopted, and then no invitation is needed, only ``api_key_user`` of the `Provider`: no key
    tells whose it is. Where Elastic Cloud's API accepts no invitations, an update waits for the person, who opens the link in the
    e-mail; the next update finds them a member. Deleting the resource makes the person leave,
    once the preconditions of Elastic's guide "Leave an organization" are met; with ``retain_on_delete=True`` they stay. Where the
    person is found to have left, a refresh drops the resource, and the next update accepts again.

    Args:
        name: The resource's name in Pulumi.
        organization_id: Elastic's id of the organization; another one replaces the resource: the person joins, then leaves.
        token: The invitation's token, the last part of the link in its e-mail; kept as a secret.
        person: The invited person's e-mail address, as in the roster; with ``inviter_api_key``, in place of ``token``.
        inviter_api_key: The API key of an administrator of the organization; kept as a secret.
        guards: For leaving: ``owner_tag``, ``bills_attested`` and ``overrides``; sensible defaults when left out.
        opts: Pulumi's resource options; ``provider`` takes the `Provider` with the person's own key, ``depends_on`` the roster.

    Raises:
        pulumi.RunError: The arguments say half of how to find the invitation, or say it twice; or an API key is configured in the
            clear.
    """

    organization_id: pulumi.Output[str]
    """The organization's id."""
    user_id: pulumi.Output[str]
    """Elastic's id of the person's account."""

    def __init__(
        self,
        name: str,
        organization_id: pulumi.Input[str],
        token: pulumi.Input[str] | None = None,
        person: str | None = None,
        inviter_api_key: pulumi.Input[str] | None = None,
        guards: Guards | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if (person is None) != (inviter_api_key is None) or None not in (token, person):
            raise pulumi.RunError(
                f"InvitationAcceptance '{name}': give either token, or both person and inviter_api_key, by which the invitation "
                "is found; for a membership that already exists, neither"
            )
        secrets = {"token": token, "inviter_api_key": inviter_api_key}
        super().__init__(
            AcceptanceProvider(),
            name,
            ("user_id",),
            {
                "organization_id": organization_id,
                "person": person,
                **{key: pulumi.Output.secret(value) for key, value in secrets.items() if value is not None},
                **write_guards(guards or Guards()),
            },
            opts,
        )

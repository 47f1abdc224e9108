"""The kinds of resources: one file each, with a table of its properties and what it says of itself.

    roster, member, invitation                  who belongs, with which roles; `people` and `person` are what these share
    declaration                                 between property bags and values about people
    removals                                    what a preview cannot ask a provider
    acceptance                                  a person's own side of joining
    api_key                                     a key for Elastic Cloud's API, with its rotation
    domain_claim, identity_provider, role_mappings, organization_settings
                                                single sign-on; `sign_on` is what these share
    snapshot_repository, snapshot, restore      data that moves with a person; `cluster` is what these share

`KINDS` is the registry: every face serves what is in it. No protocol of Pulumi's enters.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_elastic_org.lifecycle.interface import Kind
    from pulumi_elastic_org.lifecycle.phase import Phase
    from pulumi_elastic_org.lifecycle.served import Served

KINDS = {
    "ApiKey": "api_key",
    "DomainClaim": "domain_claim",
    "IdentityProvider": "identity_provider",
    "Invitation": "invitation",
    "InvitationAcceptance": "acceptance",
    "Member": "member",
    "OrganizationSettings": "organization_settings",
    "Restore": "restore",
    "RoleMappings": "role_mappings",
    "Roster": "roster",
    "Snapshot": "snapshot",
    "SnapshotRepository": "snapshot_repository",
}
"""The module of each kind by its name in programs."""


def find(name: str) -> type[Kind]:
    """Returns a kind of resource, and loads what it is made of.

    Args:
        name: As in programs.
    """
    kind: type[Kind] = getattr(import_module(f"{__name__}.{KINDS[name]}"), name)
    return kind


def serve(name: str, phase: Phase) -> Served:
    """Returns what a face calls.

    Args:
        name: The kind's name, as in programs.
        phase: What the calls share with those of other resources.
    """
    from pulumi_elastic_org.lifecycle.served import Served  # noqa: PLC0415 - loads HTTP

    return Served(find(name)(phase))

"""Three policies about access to Elastic Cloud: run any program with ``pulumi preview --policy-pack PATH``."""

from __future__ import annotations

import os

from people import kind_of, roles_by_person
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

DOMAINS = tuple(os.environ.get("ACCESS_DOMAINS", "acme.example").split(","))
MOST_ADMINISTRATORS = 5
LEAST_ADMINISTRATORS = 2
ADMINISTRATOR = "organization-admin"


def administrators(args: StackValidationArgs, report: ReportViolation) -> None:
    """Counts over the whole stack: a roster, and whoever else is declared beside it."""
    found = {
        email
        for resource in args.resources
        for email, roles in roles_by_person(resource.resource_type, resource.props).items()
        if ADMINISTRATOR in roles
    }
    rosters = [one for one in args.resources if kind_of(one.resource_type) == "Roster"]
    if rosters and not LEAST_ADMINISTRATORS <= len(found) <= MOST_ADMINISTRATORS:
        report(
            f"{len(found)} people would have {ADMINISTRATOR}: let it be {LEAST_ADMINISTRATORS} to {MOST_ADMINISTRATORS}, so "
            "that one can always let another one back in, and few can do everything"
        )


def domains(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """An address elsewhere is a slip of the hand, or somebody who has left."""
    for email in roles_by_person(args.resource_type, args.props):
        if email.rpartition("@")[2].casefold() not in DOMAINS:
            report(f"{email} is outside {', '.join(DOMAINS)}: ask who that is, or add the domain to ACCESS_DOMAINS")


def named_targets(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """To administer everything that there is and will be is what administrators of the organization are for."""
    for email, roles in roles_by_person(args.resource_type, args.props).items():
        for role in roles:
            name, _, target = role.partition(" on ")
            if name.endswith("-admin") and target.startswith("all") and ADMINISTRATOR not in roles:
                report(f"{email} would get {role}: name the deployments or projects that they look after")


PolicyPack(
    name="elastic-org",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        StackValidationPolicy(
            name="administrators",
            description="Two to five people administer the organization.",
            validate=administrators,
        ),
        ResourceValidationPolicy(
            name="domains", description="Everybody is of a domain that is ours.", validate=domains
        ),
        ResourceValidationPolicy(
            name="named-targets",
            description="Who administers deployments administers named ones.",
            validate=named_targets,
        ),
    ],
)

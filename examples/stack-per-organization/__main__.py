"""One stack an organization: the same program, another roster, and configuration that says which organization it must be."""

from pathlib import Path

import pulumi

import pulumi_elastic_org as elastic

organization = pulumi.get_stack()  # by --stack; keep its key with: elastic-org config set --secret elastic-org:apiKey
elastic.Roster.from_file(organization, Path(__file__).parent / "rosters" / f"{organization}.yaml")

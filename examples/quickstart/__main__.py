"""Sixty people in a YAML file, and the whole program that keeps an organization like it."""

from pathlib import Path

import pulumi

import pulumi_elastic_org as elastic

acme = elastic.Roster.from_file("acme", Path(__file__).with_name("roster.yaml"))

pulumi.export("organization", acme.organization_id)
pulumi.export("pending", acme.pending)
pulumi.export("expired", acme.expired)

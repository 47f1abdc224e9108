"""The people whom `elastic-org import --output roster.yaml` found; the first `up` adopts them and changes nothing."""

from pathlib import Path

import pulumi_elastic_org as elastic

elastic.Roster.from_file("acme", Path(__file__).with_name("roster.yaml"))

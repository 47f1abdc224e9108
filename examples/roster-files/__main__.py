"""One roster of all the files in `rosters`: the organization's own rules in one, each team's people in another."""

from pathlib import Path

import pulumi_elastic_org as elastic

FILES = sorted(Path(__file__).parent.glob("rosters/*.yaml"))

elastic.Roster.from_file("acme", FILES)

"""Ten thousand people: a preview that finds nothing to do, in time and memory, and its parts."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import requests

from benchmarks.organization import KEY, Acme, acme, people
from benchmarks.processes import Costs
from benchmarks.report import Section, Table, megabytes, seconds
from benchmarks.stack import EMBEDDED, PULUMI, Stack, engines
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.people import Desired
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.roster_file.reading import load_roster

PEOPLE = 10_000
TARGETS = {EMBEDDED: "1.6 s", PULUMI: "5 s"}
REFERENCE = "A plan of Terraform's `ec_organization` for as many people took 596 s, measured once on another machine."


def measure(runs: int) -> Section:
    """Measures previews on every engine, and their parts.

    Args:
        runs: How often.
    """
    with tempfile.TemporaryDirectory() as directory, acme(people(PEOPLE)) as organization:
        first_list = _timed(lambda: _list_members(organization))
        previews, memory = [], []
        for engine in engines():
            for from_file in (False, True):
                stack = Stack(Path(directory, f"{engine}-{from_file}"), engine, organization, from_file=from_file)
                stack.declare(people(PEOPLE))
                stack.settle()
                costs = Costs([stack.preview() for _ in range(runs)])
                where = "in a roster file" if from_file else "in the program"
                target = "" if from_file else TARGETS[engine]
                previews.append(
                    (
                        f"{engine}, people {where}",
                        seconds(costs.median),
                        seconds(costs.minimum),
                        seconds(costs.cpu),
                        target,
                    )
                )
                memory += [
                    (f"{engine}, people {where}: {name}", megabytes(most))
                    for name, most in costs.memory.items()
                    if most >= 10
                ]
        parts = _parts(organization, Path(directory, f"{EMBEDDED}-True", "roster.yaml"), runs, first_list)
    return Section(
        "large",
        (
            Table(
                f"Preview of {PEOPLE:,} people, nothing to do, whole process",
                ("", "median", "minimum", "CPU", "target"),
                tuple(previews),
                REFERENCE,
            ),
            Table(
                "Memory, the most that each process held (target: under 300 MB each)",
                ("process", "peak"),
                tuple(memory),
            ),
            Table("Parts", ("", "first", "median", "target"), parts),
        ),
    )


def _parts(organization: Acme, roster: Path, runs: int, first_list: float) -> tuple[tuple[str, ...], ...]:
    session = Session(organization.emulator.endpoint, KEY)
    desired = Desired({email: parse_grants(text) for email, text in people(PEOPLE).items()}, authoritative=True)
    now = datetime.now(timezone.utc)
    actual = Organizations(session).read(organization.id)
    work: list[tuple[str, Callable[[], object], str]] = [
        ("`plan()` alone", lambda: plan(desired, actual, now), "100 ms"),
        ("the emulator lists the members", lambda: _list_members(organization), "100 ms"),
        ("the client reads the organization", lambda: Organizations(session).read(organization.id), ""),
        ("reading the roster file", lambda: load_roster(roster, {}), ""),
    ]
    rows = []
    for what, act, target in work:
        measured = [_timed(act) for _ in range(max(3, runs))]
        first = first_list if "lists" in what else measured[0]
        rows.append((what, seconds(first), seconds(statistics.median(measured)), target))
    return tuple(rows)


def _list_members(organization: Acme) -> bytes:
    url = f"{organization.emulator.endpoint}/api/v1/organizations/{organization.id}/members"
    answer = requests.get(url, headers={"Authorization": f"ApiKey {KEY}"}, timeout=60)
    answer.raise_for_status()
    return answer.content


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start

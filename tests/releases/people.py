"""What the releases recorded of people, and the organizations that a record is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_elastic_org.engine import select
from tests.releases.records import HERE, Record, releases
from tests.releases.worlds import World, cloud
from tests.support.acme import text


@pytest.fixture(params=releases())
def record(request: pytest.FixtureRequest) -> Record:
    return Record(HERE / request.param / "people")


@pytest.fixture
def world(record: Record, tmp_path: Path) -> Iterator[World]:
    """The organizations as the record's program leaves them."""
    with cloud(record.seed) as world:
        made = select("embedded").up(record.project(tmp_path / "first", world))
        assert made.succeeded, text(made)
        yield world

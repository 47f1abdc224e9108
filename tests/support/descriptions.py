"""What is published about Elastic Cloud's API.

The facts about access (people, roles, keys, single sign-on, bills) are part of the tests. The descriptions of deployments and
projects are Elastic's: they lie beside the project where it is developed, and nowhere in it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ACCESS = Path(__file__).parents[1] / "contract" / "access-2026.json"
DIRECTORY = Path(__file__).resolve().parents[3] / "shared" / "elastic-cloud"
AT_HAND = DIRECTORY.is_dir()
needed = pytest.mark.skipif(
    not AT_HAND, reason="the published descriptions of deployments and projects are not beside the project"
)


@lru_cache(maxsize=1)
def access() -> dict[str, Any]:
    """The facts about access of 2026: OpenAPI 3.1."""
    loaded: dict[str, Any] = json.loads(ACCESS.read_bytes())
    return loaded


@lru_cache(maxsize=1)
def cloud() -> dict[str, Any]:
    """The description of Elastic Cloud's API of June 2025: OpenAPI 2.0."""
    loaded: dict[str, Any] = json.loads((DIRECTORY / "apidocs-user.json").read_bytes())
    return loaded


@lru_cache(maxsize=1)
def serverless() -> dict[str, Any]:
    """The description of the API of serverless projects: OpenAPI 3.0."""
    loaded: dict[str, Any] = YAML(typ="safe").load(DIRECTORY / "serverless-projects.yml")
    return loaded

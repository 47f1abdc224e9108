"""What `tests.support.nodes` and `tests.support.two_organizations` have, for the tests of this folder."""

from __future__ import annotations

from tests.support.nodes import destination, new, nodes, old, repository, source
from tests.support.two_organizations import world

__all__ = ["destination", "new", "nodes", "old", "repository", "source", "world"]

"""What `tests.support.nodes` has, for the tests of this folder."""

from __future__ import annotations

from tests.support.nodes import destination, new, nodes, old, repository, source

__all__ = ["destination", "new", "nodes", "old", "repository", "source"]

"""What differs between two versions of a resource's inputs, part by part: a person of a roster is one line of a preview."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.lifecycle.properties import plain
from pulumi_elastic_org.plugin.names import step

_REPLACING = {
    provider_pb2.PropertyDiff.ADD: provider_pb2.PropertyDiff.ADD_REPLACE,
    provider_pb2.PropertyDiff.UPDATE: provider_pb2.PropertyDiff.UPDATE_REPLACE,
    provider_pb2.PropertyDiff.DELETE: provider_pb2.PropertyDiff.DELETE_REPLACE,
}


def detailed_diff(
    olds: Mapping[str, Any], news: Mapping[str, Any], replaces: Collection[str], secrets: Collection[str] = ()
) -> dict[str, provider_pb2.PropertyDiff]:
    """Returns the changed parts by their path.

    Args:
        olds: The inputs before, as a program writes them; after a refresh, as they are in Elastic Cloud.
        news: The inputs now.
        replaces: The names of those that make another resource of it.
        secrets: The names of those that are told of as a whole: the path of a part would say what is in them.
    """
    return {
        path: provider_pb2.PropertyDiff(kind=_REPLACING[kind] if name in replaces else kind, inputDiff=True)
        for name in sorted({*olds, *news})
        for path, kind in _changed(name, olds.get(name), news.get(name), whole=name in secrets)
    }


def _changed(
    path: str, old: Any, new: Any, *, whole: bool = False
) -> Iterator[tuple[str, provider_pb2.PropertyDiff.Kind.ValueType]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not whole:
        for key in sorted({*old, *new}):
            yield from _changed(step(path, key), old.get(key), new.get(key))
    elif plain(old) != plain(new):
        if old is None:
            yield path, provider_pb2.PropertyDiff.ADD
        elif new is None:
            yield path, provider_pb2.PropertyDiff.DELETE
        else:
            yield path, provider_pb2.PropertyDiff.UPDATE

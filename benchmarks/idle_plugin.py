"""A plugin that does nothing: what it costs is the CLI's, the language's and the protocol's."""

from __future__ import annotations

from typing import Any

from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.plugin import main as plugin


def _configure(_request: Any, _context: Any) -> Any:
    return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True)


def _check(request: Any, _context: Any) -> Any:
    return provider_pb2.CheckResponse(inputs=request.olds)


def _read(request: Any, _context: Any) -> Any:
    return provider_pb2.ReadResponse(id=request.id, properties=request.properties, refresh_before_update=True)


def _diff(_request: Any, _context: Any) -> Any:
    return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True)


_ANSWERS = {"configure": _configure, "check": _check, "read": _read, "diff": _diff}


class Idle(plugin.FrontDoor):
    """Answers that all is as it was."""

    def _deferred(self, method: str) -> Any:
        return _ANSWERS.get(method)


def main() -> None:
    """Serves the engine as the plugin does."""
    plugin.serve(Idle())

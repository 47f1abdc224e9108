"""A command that came to nothing, for a program.

It loads little: what has parts in C cannot be loaded again once Ctrl-C has stopped that half way.
"""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.files import write_private
from pulumi_elastic_org.model.printable import json_text

REVIEWS = ("destroy", "drift", "preview", "refresh", "up")
"""The commands whose document is a review."""

PROCEDURES = ("accept", "consolidate", "leave", "migrate", "move", "transfer")
"""The commands whose document says what is finished, and by which steps."""


def tell_failure(command: click.Context, message: str) -> None:
    """Writes the document of a command that failed before it could write one, where a program is to read what it says.

    Args:
        command: The command, with what was asked of it.
        message: What went wrong.
    """
    name, asked = command.info_name or "", command.params
    if name == "log" or not (asked.get("as_json") or asked.get("form") == "json"):
        return
    output: Path | None = None
    document: dict[str, object] = {"error": message}
    if name in REVIEWS:
        output = asked.get("output")
        document = _review(name, asked["stack"], message, changing=not asked.get("preview_only"))
    elif name in PROCEDURES:
        document = {"finished": False, "steps": [], "error": message}
    text = json_text(document) + "\n"
    try:
        if output is not None:
            write_private(output, text)
            return
    except OSError:  # which may be what went wrong
        pass
    click.echo(text, nl=False)


def _review(command: str, stack: str, message: str, *, changing: bool) -> dict[str, object]:
    return {
        "version": 2,
        "command": command,
        "preview": command in ("drift", "preview") or not changing,
        "stack": stack,
        "engine": "",
        "made_at": now().isoformat(),
        "succeeded": False,
        "complete": False,
        "has_changes": False,
        "organizations": [],
        "resources": [],
        "messages": [{"severity": "error", "text": message}],
        "outputs": {},
        "settled_acknowledgements": [],
    }

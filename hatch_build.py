"""README.md as the package's description: its links lead to the repository, or are mere text where nobody has said where it is."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<path>(?!https?:|#)[^)\s]+)\)")


class Readme(MetadataHookInterface):
    """What hatchling calls."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Sets the description."""
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": description(text, _repository())}


def description(readme: str, repository: str | None) -> str:
    """Returns the README for a place outside the repository.

    Args:
        readme: README.md.
        repository: The repository's address on the web, without a slash at its end; `None` where nobody has said it.
    """

    def lead(found: re.Match[str]) -> str:
        if repository is None:
            return "" if found["picture"] else found["text"]
        room = "raw" if found["picture"] else "blob"
        return f"{found['picture']}[{found['text']}]({repository}/{room}/HEAD/{found['path']})"

    return _LINK.sub(lead, readme)


def _repository() -> str | None:
    """`REPOSITORY_URL`, or what GitHub's runners say."""
    server, name = (os.environ.get(f"GITHUB_{part}") for part in ("SERVER_URL", "REPOSITORY"))
    url = os.environ.get("REPOSITORY_URL") or (f"{server}/{name}" if server and name else None)
    return url.rstrip("/") if url else None

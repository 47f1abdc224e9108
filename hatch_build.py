"""The package's description (README.md) and its links: they lead to the repository that `REPOSITORY_URL` names, or nowhere."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<path>(?!https?:|#)[^)\s]+)\)")
_PAGES = {"Documentation": "docs/start.md", "Changelog": "CHANGELOG.md", "Security": "SECURITY.md"}


class Metadata(MetadataHookInterface):
    """What hatchling calls."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Sets the description and the links."""
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        repository = os.environ.get("REPOSITORY_URL", "").rstrip("/") or None
        metadata["readme"] = {"content-type": "text/markdown", "text": description(text, repository)}
        metadata["urls"] = links(repository)


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


def links(repository: str | None) -> dict[str, str]:
    """Returns the package's links, by what they are called.

    Args:
        repository: As for `description`.
    """
    if repository is None:
        return {}
    return {"Repository": repository} | {name: f"{repository}/blob/HEAD/{path}" for name, path in _PAGES.items()}

"""A page for each example: how to run it, and its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_LANGUAGES = {".py": "python", ".yaml": "yaml", ".yml": "yaml", ".ts": "typescript", ".json": "json", ".go": "go"}
_LANGUAGES |= {".cs": "csharp", ".java": "java", ".md": "markdown", ".toml": "toml", ".xml": "xml"}


def example_pages(examples: Path) -> Iterator[tuple[str, str]]:
    """Yields the place and the text of each page.

    Args:
        examples: The folder; its README has a section for each example, headed by its name.
    """
    readme = (examples / "README.md").read_text(encoding="utf-8")
    folders = sorted(path for path in examples.iterdir() if path.is_dir())
    names = "\n".join(folder.name for folder in folders)
    yield "examples/index.md", f"{readme}\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    sections = dict(re.findall(r"^## `?([\w-]+)`?\n(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL))
    if missing := [folder.name for folder in folders if folder.name not in sections]:
        raise ValueError(f"{examples / 'README.md'} has no section on {', '.join(missing)}")
    for folder in folders:
        files = [path for path in sorted(folder.rglob("*")) if _belongs(path)]
        shown = "\n\n".join(_shown(path, folder) for path in files)
        yield f"examples/{folder.name}.md", f"# {folder.name}\n\n{sections[folder.name].strip()}\n\n{shown}\n"


def _belongs(path: Path) -> bool:
    hidden = {"__pycache__", "node_modules", "bin", "obj", "target"}
    return path.is_file() and not any(part in hidden or part.startswith(".") for part in path.parts)


def _shown(path: Path, folder: Path) -> str:
    text = path.read_text(encoding="utf-8").rstrip()
    language = _LANGUAGES.get(path.suffix, "text")
    return f"``````{{code-block}} {language}\n:caption: {path.relative_to(folder)}\n\n{text}\n``````"

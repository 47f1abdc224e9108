"""Whoever has only what pip installed is sent to commands and addresses, never to a file or a chore of the repository."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROVIDER = Path(__file__).parents[2] / "provider"
OF_THE_REPOSITORY = re.compile(
    r"(?<![\w./-])(docs|examples|tests|benchmarks)/\w|`make \w|\b(README|RELEASE|SECURITY|ARCHITECTURE|CONTRIBUTING|DECISIONS)\.md"
)
WEB = re.compile(r"https?://\S+")
SHIPPED = [path for path in PROVIDER.rglob("*") if path.suffix in (".html", ".js", ".json", ".yaml")]


def shown(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of a module that may be shown: all but docstrings, and those of commands, which are their help."""
    nodes = [node for node in ast.walk(module) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    unseen = {id(documented) for node in nodes if not commanded(node) if (documented := docstring(node))}
    yield from (
        (node.lineno, node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unseen
    )


def docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> ast.expr | None:
    first = node.body[0] if node.body else None
    return first.value if isinstance(first, ast.Expr) else None


def commanded(node: ast.AST) -> bool:
    return "click.command" in " ".join(ast.unparse(one) for one in getattr(node, "decorator_list", ()))


def leads(text: str) -> list[str]:
    return [found.group() for found in OF_THE_REPOSITORY.finditer(WEB.sub("", text))]


@pytest.mark.parametrize("path", sorted(PROVIDER.rglob("*.py")), ids=lambda path: str(path.relative_to(PROVIDER)))
def test_no_message_leads_to_a_file_that_an_installation_lacks(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    assert [(line, text) for line, text in shown(module) if leads(text)] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_nor_does_any_other_text_of_the_package(path: Path) -> None:
    assert leads(path.read_text(encoding="utf-8")) == []


def test_the_help_of_a_command_counts_and_other_docstrings_do_not() -> None:
    command = ast.parse('@click.command()\ndef one():\n    """See docs/one.md."""')
    function = ast.parse('def one():\n    """See docs/one.md."""\n    return "see `make one`"')
    assert [leads(text) for _, text in shown(command)] == [["docs/o"]]
    assert [leads(text) for _, text in shown(function)] == [["`make o"]]

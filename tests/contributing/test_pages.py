"""Who follows a page on contributing to the letter, in a copy of the project, ends with what it promises."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "contributing"
COPIED = ("provider", "tests", "examples", "docs", "pyproject.toml", "README.md", "CHANGELOG.md")

STEP = re.compile(
    r"^(?:(?P<where>Before|After) the line `(?P<line>[^\n]+)` in|At the end of|A new file) `(?P<path>[^`\n]+)`:"
    r"(?:\n\n```python\n(?P<block>.*?)^```$|\s`(?P<entry>[^`\n]+)`$)",
    re.MULTILINE | re.DOTALL,
)
SHELL = re.compile(r"^```sh\n(?P<commands>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One piece of text that a page has its reader put somewhere.

    Args:
        where: ``"Before"``, ``"After"``, or ``None`` for the end of the file.
        line: The line of the file that it goes before or after.
        path: The file.
        text: What goes there.
    """

    where: str | None
    line: str | None
    path: str
    text: str

    def follow(self, root: Path) -> None:
        """Does what the step says, in the project at `root`."""
        file = root / self.path
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        if self.line is None:
            after = before + self.text
        else:
            assert before.count(f"{self.line}\n") == 1, f"{self.path} has no single line {self.line!r}"
            new = self.text + f"{self.line}\n" if self.where == "Before" else f"{self.line}\n" + self.text
            after = before.replace(f"{self.line}\n", new)
        file.write_text(after, encoding="utf-8")


def steps(page: str) -> list[Step]:
    return [
        Step(match["where"], match["line"], match["path"], match["block"] or f"    {match['entry']}\n")
        for match in STEP.finditer(page)
    ]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project as it would be in another clone."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".venv", ".elastic-org")
            )
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


FOLLOWED = {
    "add-a-guard": [
        "provider/pulumi_elastic_org/model/guards.py",
        "provider/pulumi_elastic_org/model/guards.py",
        "tests/model/test_guards.py",
        "tests/protections/table.py",
    ],
    "add-a-kind": [
        "provider/pulumi_elastic_org/kinds/keystore_secret.py",
        "provider/pulumi_elastic_org/kinds/__init__.py",
        "provider/pulumi_elastic_org/kinds/__init__.py",
        "tests/resources/test_keystore_secret.py",
        "tests/kinds/test_bad_input.py",
    ],
    "add-a-command": [
        "provider/pulumi_elastic_org/cli/commands/admins.py",
        "provider/pulumi_elastic_org/cli/__init__.py",
        "provider/pulumi_elastic_org/cli/commands/__init__.py",
        "tests/cli/test_admins.py",
    ],
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_following_a_page_to_the_letter_ends_with_what_it_promises(name: str, copy: Path) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    followed = steps(page)
    for step in followed:
        step.follow(copy)
    assert [step.path for step in followed] == FOLLOWED[name]
    (copy / ".venv").symlink_to(Path(sys.executable).parents[1])
    for shell in SHELL.finditer(page):
        run = subprocess.run(
            ["sh", "-ec", shell["commands"]],
            cwd=copy,
            env={"PYTHONPATH": str(copy / "provider"), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
    for linter in (["ruff", "check"], ["ruff", "format", "--check"]):
        checked = subprocess.run(
            [str(Path(sys.executable).with_name(linter[0])), *linter[1:], *{step.path for step in followed}],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {path for path in re.findall(r"`((?:provider|tests|docs|examples)/[^`\s]*)`", text) if "NAME" not in path}
    named -= set(re.findall(r"A new file `([^`]+)`", text))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_file_that_the_architecture_names_is_there() -> None:
    rooms = (ROOT / "provider", ROOT / "provider" / "pulumi_elastic_org")
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.py)?|[a-z_]+\.py)`", text))
    assert len(named) > 30
    assert [path for path in sorted(named) if not any((room / path).exists() for room in rooms)] == []


def test_imports_go_downwards_in_the_list_of_rooms() -> None:
    listed = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## The rooms")[2].partition("\n## ")[0]
    rooms = re.findall(r"`(\w+)(?:/|\.py)`", "".join(re.findall(r"^\| (`[^|]+) \|", listed, re.MULTILINE)))
    imports = grimp.build_graph("pulumi_elastic_org", cache_dir=None)
    upwards = {
        (importing, imported)
        for module in imports.modules
        for target in imports.find_modules_directly_imported_by(module)
        for importing, imported in [[(*one.split("."), "")[1] for one in (module, target)]]
        if {importing, imported} <= {*rooms} and rooms.index(importing) > rooms.index(imported)
    }
    assert upwards == {("resources", "dynamic")}  # as the page says


ROOMS = sorted(path.parent for path in (ROOT / "provider").rglob("__init__.py"))


@pytest.mark.parametrize(
    "room", [room for room in ROOMS if room.name != "pulumi_elastic_org"], ids=lambda room: room.name
)
def test_every_room_says_at_its_door_what_each_of_its_files_is_for(room: Path) -> None:
    door = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    words = set(re.findall(r"[a-z0-9_*]+", door))
    files = {path.stem for path in room.glob("*.py") if path.stem != "__init__"}
    assert [name for name in sorted(files) if not any(fnmatch(name, word) for word in words)] == []


def test_every_page_on_contributing_is_linked_from_the_door() -> None:
    door = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES.glob("*.md") if f"docs/contributing/{page.name}" not in door] == []


def test_no_test_imports_the_conftest_of_a_folder() -> None:
    tests = ROOT / "tests"
    imports = re.compile(r"^\s*(?:from (?:tests\.\w+)?\.conftest import|from (?:tests\.\w+|\.) import conftest)", re.M)
    assert [str(file) for file in tests.rglob("*.py") if imports.search(file.read_text(encoding="utf-8"))] == []


def test_what_tests_share_imports_nothing_of_their_folders() -> None:
    shared = ROOT / "tests" / "support"
    imports = re.compile(r"^\s*from tests\.(?!support\b)", re.M)
    assert [str(file) for file in shared.rglob("*.py") if imports.search(file.read_text(encoding="utf-8"))] == []


def test_variables_by_which_processes_tell_each_other_something_are_declared_in_one_place() -> None:
    package = ROOT / "provider" / "pulumi_elastic_org"
    declared = re.compile(r"""["']ELASTIC_ORG_[A-Z_]+["']""")
    found = {path.name for path in package.rglob("*.py") if declared.search(path.read_text(encoding="utf-8"))}
    assert found == {"variables.py"}


def test_every_public_name_of_the_emulator_says_what_it_is() -> None:
    package = ROOT / "provider" / "elastic_cloud_emulator"
    door = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    names = {name.name for node in door.body if isinstance(node, ast.ImportFrom) for name in node.names}
    assert len(names) > 15
    silent = []
    for path in package.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name not in names:
                continue
            members = [one for one in node.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
            silent += [f"{node.name}: {one.name}" for one in (node, *members) if not ast.get_docstring(one)]
    assert silent == []
    page = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []

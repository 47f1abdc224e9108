"""Where the demo's story happens: a copy of the quickstart, an engine that runs it, and an emulated Elastic Cloud."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.cli.demo.emulation import environment
from pulumi_elastic_org.cli.reporters.terminal import console
from pulumi_elastic_org.cli.runs.operations import Operation, perform
from pulumi_elastic_org.cli.runs.run_review import run_review
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.engine import select
from pulumi_elastic_org.files import shipped
from pulumi_elastic_org.review.changes import Action
from pulumi_elastic_org.review.model import Review
from pulumi_elastic_org.review.render.terminal import sections, summary
from pulumi_embedded.port import Engine, Workspace

Changes = Mapping[Action, set[str]]
"""Whom each action concerns."""


class StoryBroken(Exception):
    """What the story claims did not happen."""


@dataclass(frozen=True)
class Stage:
    """Everything that the story acts on.

    Args:
        emulator: Elastic Cloud.
        engine: Who runs the program.
        workspace: The copy of the quickstart.
        console: Where the story is told.
    """

    emulator: Emulator
    engine: Engine
    workspace: Workspace
    console: Console

    def chapter(self, title: str) -> None:
        """Begins a part of the story."""
        self.console.print()
        self.console.print(Rule(Text(title, style="bold cyan"), style="cyan", align="left"))

    def tell(self, text: str) -> None:
        """Says what happens."""
        self.console.print(Text(text, style="italic"))

    def edit(self, removed: str, added: str) -> None:
        """Changes the roster's file as a person would, and shows the change.

        Args:
            removed: Lines that are in the file once; an empty text to add at the end.
            added: What stands in their place.
        """
        path = self.workspace.directory / "roster.yaml"
        text = path.read_text(encoding="utf-8")
        if removed and text.count(removed) != 1:
            raise StoryBroken(f"roster.yaml does not have this once: {removed!r}")
        path.write_text(text.replace(removed, added) if removed else text + added, encoding="utf-8")
        self.console.print(Text("roster.yaml", style="bold"))
        for sign, style, lines in (("-", "red", removed), ("+", "green", added)):
            for line in lines.splitlines():
                self.console.print(Text(f"  {sign} {line}".rstrip(), style=style))
        self.console.print()

    def preview(self, expected: Changes, refused: set[tuple[str, str]] | None = None) -> None:
        """Previews, shows it, and checks that exactly this would be done.

        Args:
            expected: Whom each action concerns.
            refused: Guards that refuse, each with the person; none when left out.

        Raises:
            StoryBroken: Something else came out.
        """
        review = self._run(preview=True)
        for section in sections(review):
            if section.heading != "Resources":
                self.console.print(section.content, crop=False)
        self.console.print(summary(review))
        found = {(one.guard, one.person or "") for each in review.organizations for one in each.refusals}
        self._check(review, expected, succeeded=not refused)
        if found != (refused or set()):
            raise StoryBroken(f"the guards said {found}")

    def up(self, expected: Changes) -> None:
        """Applies, and checks that exactly this was done; arguments and errors as for `preview`."""
        review = self._run(preview=False)
        self.console.print(summary(review))
        self._check(review, expected, succeeded=True)

    def _run(self, *, preview: bool) -> Review:
        operation = Operation.PREVIEW if preview else Operation.UP
        command = f"$ elastic-org {operation.value}" + ("" if preview else " --yes")
        self.console.print(Text(command, style="bold"))
        with self.console.status(Text("running")):
            run = perform(self.engine, operation, self.workspace, preview=preview, on_event=lambda _: None)
        return run_review(run, now())

    @staticmethod
    def _check(review: Review, expected: Changes, *, succeeded: bool) -> None:
        if review.succeeded is not succeeded:
            reasons = [message.text for message in review.messages if message.severity == "error"]
            reasons += [str(refusal) for one in review.organizations for refusal in one.refusals]
            raise StoryBroken("; ".join(reasons) or "it succeeded, and should have been refused")
        found: dict[Action, set[str]] = {}
        for change in review.changes:
            found.setdefault(change.action, set()).add(change.person)
        if found != expected:
            raise StoryBroken(f"expected {expected}, found {found}")


@contextmanager
def set_stage(engine: str) -> Iterator[Stage]:
    """Starts an emulator with the sixty people of acme beside a copy of the quickstart, for as long as the story lasts.

    Args:
        engine: The engine's name.
    """
    with TemporaryDirectory(prefix="elastic-org-demo-") as directory, Emulator(ACME) as emulator:
        project = Path(directory, "project")
        shutil.copytree(shipped("quickstart"), project, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
        (project / "Pulumi.yaml").write_text("name: quickstart\nruntime: python\n", encoding="utf-8")
        backend = Path(directory, "backend")
        backend.mkdir()
        settings = {
            **environment(emulator),
            "PULUMI_BACKEND_URL": f"file://{backend}",
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_PYTHON_CMD": sys.executable,
        }
        yield Stage(emulator, select(engine), Workspace(project, "dev", environment=settings), console(sys.stdout))

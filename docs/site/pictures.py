"""What a person sees: the emulator's console, a preview and a drift review, taken in Chromium; a terminal, drawn."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.cli.demo.emulation import environment

ORGANIZATION = "acme"
ORGANIZATION_ID = "2871506934"
FELIX, HENRIK = "felix.wagner@acme.example", "henrik.aaltonen@acme.example"
BY_HAND = "mallory@elsewhere.example"
JOINS = "ada.lovelace@acme.example"
COLUMNS = 100
SIZE = "1280,960"
CHROMIUM = (
    "--headless --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run --hide-scrollbars"
)
NO_CALLS_HOME = "--disable-background-networking --disable-component-update --disable-sync"

_THEME = TerminalTheme(
    (15, 23, 32),
    (226, 232, 240),
    [
        (15, 23, 32),
        (248, 113, 113),
        (74, 222, 128),
        (250, 204, 21),
        (96, 165, 250),
        (232, 121, 249),
        (45, 212, 191),
        (226, 232, 240),
    ],
)
_SVG = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix, .{unique_id}-title {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own form loads a font from elsewhere."""


@dataclass(frozen=True)
class Scene:
    """A project, applied once; then its roster was edited, and somebody has used the console.

    Args:
        directory: The project.
        environment: What the command needs to reach the emulator.
        console: The address of the emulator's console.
    """

    directory: Path
    environment: dict[str, str]
    console: str

    def call(self, *arguments: str) -> str:
        """Runs `elastic-org` and returns what it shows."""
        command = [str(Path(sys.executable).with_name("elastic-org")), *arguments, "--engine", "embedded"]
        ended = subprocess.run(
            command,
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return ended.stdout


@contextmanager
def scene(quickstart: Path) -> Iterator[Scene]:
    """Sets the scene of every picture.

    Args:
        quickstart: The example.
    """
    with TemporaryDirectory() as directory, Emulator(ACME) as emulator:
        project = Path(directory, "people")
        shutil.copytree(quickstart, project, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
        (project / "Pulumi.yaml").write_text("name: people\nruntime: python\n", encoding="utf-8")
        given = {name: value for name, value in os.environ.items() if not name.startswith(("EC_", "PULUMI_"))}
        told = Scene(
            project, {**given, **environment(emulator), "PULUMI_PYTHON_CMD": sys.executable}, emulator.endpoint
        )
        told.call("up", "--yes")
        roster = project / "roster.yaml"
        text = roster.read_text(encoding="utf-8").replace(f"      - {HENRIK}\n", "")
        roster.write_text(f"{text.rstrip()}\n  {JOINS}: [deployment-editor on all]\n", encoding="utf-8")
        emulator.cloud.set_roles(ORGANIZATION, FELIX, {"organization": [{"role_id": "organization-admin"}]})
        yield told


def terminal(quickstart: Path) -> str:
    """Returns a preview on a terminal, as an SVG picture that is the same each time."""
    with scene(quickstart) as told:
        told.environment.update(FORCE_COLOR="1", COLUMNS=str(COLUMNS), TERM="xterm-256color")
        shown = told.call("preview")
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text("$ elastic-org preview", style="bold"))
    console.print(Text.from_ansi(shown.strip()))
    return console.export_svg(title="elastic-org preview", theme=_THEME, code_format=_SVG, unique_id="t")


def take(quickstart: Path, into: Path) -> list[str]:
    """Takes the pictures that need a browser, light and dark; returns their names, none where Chromium is not installed."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        return []
    into.mkdir(parents=True, exist_ok=True)
    with scene(quickstart) as told:
        told.call("preview", "--format", "html", "--output", "preview.html")
        told.call("drift", "--format", "html", "--output", "drift.html")
        pages = {
            "preview": (told.directory / "preview.html").as_uri(),
            "drift": (told.directory / "drift.html").as_uri(),
            "console": f"{told.console}/organizations/{ORGANIZATION_ID}",
        }
        for name, address in pages.items():
            for theme, number in (("light", 1), ("dark", 0)):
                picture = into / f"{name}-{theme}.png"
                _photograph(program, address, picture, told.directory / f"{name}-{theme}", number)
    return sorted(path.name for path in into.glob("*.png"))


def _photograph(program: str, address: str, picture: Path, profile: Path, scheme: int) -> None:
    options = [*CHROMIUM.split(), *NO_CALLS_HOME.split(), f"--user-data-dir={profile}", f"--window-size={SIZE}"]
    options += [f"--blink-settings=preferredColorScheme={scheme}", "--force-device-scale-factor=1.5"]
    subprocess.run(
        [program, *options, f"--screenshot={picture}", address], capture_output=True, check=True, timeout=120
    )

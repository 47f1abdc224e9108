"""Whoever types what examples/README.md says gets there, on every engine: the examples in Python that need no Elasticsearch."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.cli.demo.emulation import environment
from tests.examples.test_languages import skip_without
from tests.support.typed import search_path, typed_in_a_shell

ROOT = Path(__file__).parents[2]
README = (ROOT / "examples" / "README.md").read_text("utf-8")
INTRODUCTION, *SECTIONS = re.split(r"^## (.+)\n", README, flags=re.MULTILINE)
COMMANDS = {
    name: re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for name, text in zip(SECTIONS[::2], SECTIONS[1::2], strict=True)
}
SAYS = {
    "quickstart": "Done: invite 4, re-invite 1; resources: create 1.",
    "adopt": "Organization 2871506934: nothing to do",
    "roster-files": "Plan: invite 2, change roles 2; resources: create 1.",
    "members": "carl@contractor.example",
    "two-organizations": "Organization 2222",
    "stack-per-organization": "Organization 2222",
    "api-keys": "Done: resources: create 2.",
    "single-sign-on": "breakGlassKey",
    "accept": "the invitation is accepted",
    "leave": "Done: resources: delete 2.",
    "join-from-existing-account": "Done: resources: create",
}
"""By an example, a part of what its commands say in the end."""
NEED_MORE = {"ci", "migrate-deployment", "whole-move", "typescript", "go", "yaml", "csharp", "java", "policy-pack"}
"""Pipelines, examples that need Elasticsearch, and those of other languages, which tests of their own run."""


def script(commands: str) -> str:
    """The commands for a shell that ends at the first one that fails, or does not although its comment says that it is refused."""
    lines = (re.sub(r"^(.*?) +# refused: .*", r"if \1; then exit 99; fi", line) for line in commands.splitlines())
    return "\n".join(["set -euo pipefail", *lines])


def project(name: str, tmp_path: Path) -> Path:
    """The example in a copy of the repository, whose environment is this one."""
    ignored = shutil.ignore_patterns(".venv", ".elastic-org", "Pulumi.dev.yaml", "__pycache__")
    shutil.copytree(ROOT / "examples" / name, tmp_path / "examples" / name, ignore=ignored)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    if name == "quickstart":
        shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
        (tmp_path / "examples" / name / ".venv").symlink_to(sys.prefix)  # as `make` does, for Pulumi's CLI
        return tmp_path
    return tmp_path / "examples" / name


def test_every_example_is_in_the_readme_once() -> None:
    assert len(SECTIONS[::2]) == len(COMMANDS)
    assert {path.name for path in (ROOT / "examples").iterdir() if path.is_dir()} == COMMANDS.keys()
    assert COMMANDS.keys() == SAYS.keys() | NEED_MORE


@pytest.mark.parametrize("name", SAYS)
def test_an_example_does_what_its_section_says(name: str, engine_name: str, tmp_path: Path) -> None:
    commands = "".join(COMMANDS[name])
    if re.search(r"^curl ", commands, re.MULTILINE):
        skip_without("curl")
    directory = project(name, tmp_path)
    seed = directory / "emulator.yaml"
    (tmp_path / "state").mkdir()
    [passphrase] = re.findall(r"^export (PULUMI_CONFIG_PASSPHRASE)=(.+)$", INTRODUCTION, re.MULTILINE)
    with Emulator(seed if seed.exists() else ACME) as emulator:
        said = typed_in_a_shell(
            script(commands),
            directory,
            {
                **os.environ,
                **environment(emulator),
                **dict([passphrase]),
                "PATH": search_path(engine_name),
                "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
                "PULUMI_HOME": str(tmp_path / "pulumi-home"),
            },
        )
    assert SAYS[name] in said

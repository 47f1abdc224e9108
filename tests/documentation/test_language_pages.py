"""Whoever follows the page of a language to the letter gets from an empty directory to the first preview."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from elastic_cloud_emulator import Emulator
from tests.examples.test_languages import TOOLS, skip_without
from tests.support.pulumi_templates import TEMPLATES, write_template
from tests.support.typed import typed_in_a_shell

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "languages"
ADA, KEY = "ada@acme.example", "key-of-ada"
TIMEOUT = 900
ENVIRONMENT_LINES = 2
"""So many lines of each page make the environment, in which all languages find the plugin."""

BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<form>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
WHOLE = re.compile(r"The whole `(.+)`:")


def steps(language: str) -> list[str]:
    """What a page has its reader do, in the words of a shell: commands to type, and programs to write."""
    page = (PAGES / f"{language}.md").read_text("utf-8").partition("## Deletes")[0]
    found: list[str] = []
    for block in BLOCK.finditer(page):
        if block["form"] == "sh":
            found += block["text"].splitlines()
        else:
            [file] = WHOLE.findall(block["before"])
            found.append(f"cat > {file} <<'END'\n{block['text']}END")
    return found


def follow(directory: Path, environment: dict[str, str], *lines: str) -> str:
    """Does what a page says in one shell, which ends at the first failure; whatever asks for something is given the API key."""
    (directory / "key").write_text(KEY, "utf-8")
    script = "\n".join(line if "\n" in line else f"{{ {line}\n}} < {directory / 'key'}" for line in ("set -e", *lines))
    return typed_in_a_shell(script, directory, environment, TIMEOUT)


def environment(state: Path) -> dict[str, str]:
    """What a shell has where the CLI is logged in and nothing of this project is at hand."""
    state.mkdir()
    return {
        **{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_HOME": str(state / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "a test",
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where somebody beside a clone followed the first lines, which are the same on each page."""
    skip_without("pulumi", *TOOLS["yaml"])
    directory = tmp_path_factory.mktemp("installed")
    (directory / "pulumi-elastic-org").symlink_to(ROOT)
    follow(directory, environment(directory / "state"), *steps("yaml")[:ENVIRONMENT_LINES])
    return directory


@pytest.mark.parametrize("language", TEMPLATES)
def test_a_page_leads_to_the_first_preview(language: str, installed: Path, tmp_path: Path) -> None:
    skip_without("pulumi", *TOOLS[language])
    first, (new, *others) = steps(language)[:ENVIRONMENT_LINES], steps(language)[ENVIRONMENT_LINES:]
    assert first == steps("yaml")[:ENVIRONMENT_LINES]
    assert f"pulumi new {language} --yes" in new
    # Pulumi has its templates on the Internet; the CLI takes one from a folder in place of its name.
    new = new.replace(language, str(write_template(language, tmp_path / "template")))
    with Emulator() as emulator:
        acme = emulator.cloud.add_organization("acme")
        emulator.cloud.add_member(acme.id, ADA, {"organization": [{"role_id": "organization-admin"}]})
        emulator.cloud.add_key(ADA, KEY, organization=acme.id)
        at_home = {**environment(tmp_path / "state"), "EC_ENDPOINT": emulator.endpoint}
        said = follow(tmp_path, at_home, f". {installed}/.venv/bin/activate", new, *others)
    said = re.sub(" +: ", ": ", said)
    assert f'{ADA}: "organization-admin"' in said
    assert 'bob@acme.example: "billing-admin; deployment-editor on 0123456789abcdef0123456789abcdef"' in said
    assert "2 to create" in said

"""`elastic-org config set` and `outputs`, on every engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_elastic_org.cli import main
from pulumi_elastic_org.engine import select
from pulumi_embedded.port import Workspace

PROGRAM = """\
import pulumi

config = pulumi.Config("elastic-org")
pulumi.export("size", pulumi.Config().get("size"))
pulumi.export("key", config.get_secret("apiKey"))
"""


class Project:
    def __init__(self, directory: Path, engine: str) -> None:
        self.directory = directory
        self.engine = engine
        (directory / "state").mkdir()
        (directory / "Pulumi.yaml").write_text("name: people\nruntime: python\n")
        (directory / "__main__.py").write_text(PROGRAM)
        self.environment = {"PULUMI_BACKEND_URL": (directory / "state").as_uri()}

    def call(self, *command: str, stdin: str = "") -> Result:
        options = ("-C", str(self.directory), "--engine", self.engine)
        return CliRunner().invoke(main, [*command, *options], input=stdin, env=self.environment)

    @property
    def file(self) -> Path:
        return self.directory / "Pulumi.dev.yaml"


@pytest.fixture
def project(engine_name: str, tmp_path: Path) -> Project:
    return Project(tmp_path, engine_name)


def test_a_secret_is_kept_encrypted_and_reaches_the_program(project: Project) -> None:
    result = project.call("config", "set", "--secret", "elastic-org:apiKey", stdin="essu_hush\n")
    assert result.exit_code == 0, result.output
    assert project.call("config", "set", "size", "3").exit_code == 0
    assert "essu_hush" not in project.file.read_text() + result.output
    assert "people:size" in project.file.read_text()

    updated = select(project.engine).up(Workspace(project.directory, "dev", environment=project.environment))
    assert updated.succeeded, updated.errors

    assert project.call("outputs", "size").stdout == "3\n"
    assert project.call("outputs", "key").stdout == "[secret]\n"
    assert project.call("outputs", "key", "--show-secrets").stdout == "essu_hush\n"
    assert json.loads(project.call("outputs", "--json").stdout) == {"size": "3", "key": "[secret]"}
    unknown = project.call("outputs", "sizes")
    assert unknown.exit_code == 1
    assert unknown.stderr.startswith("Error: stack dev has no output 'sizes'; it has ")


@pytest.mark.usefixtures("pulumi_cli")
def test_another_stack_than_the_first_is_asked_for_by_its_name(tmp_path: Path) -> None:
    project = Project(
        tmp_path, "pulumi"
    )  # the embedded engine keeps a file for each name, and knows no stack before its update
    assert project.call("config", "set", "size", "3").exit_code == 0
    misspelled = project.call("config", "set", "size", "3", "--stack", "dve")
    assert misspelled.exit_code == 1
    assert (
        "There is no stack 'dve'; the project has dev. If the name is right, say so with --new-stack."
        in misspelled.stderr
    )
    assert project.call("config", "set", "size", "3", "--stack", "dve", "--new-stack").exit_code == 0


def test_a_secret_is_no_argument_and_an_api_key_is_a_secret(project: Project) -> None:
    assert "visible to others" in project.call("config", "set", "--secret", "elastic-org:apiKey", "essu_hush").stderr
    assert "give --secret" in project.call("config", "set", "elastic-org:apiKey", "essu_hush").stderr
    assert project.call("config", "set", "size").exit_code == 2
    assert not project.file.exists()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("elastic-org:apikey", "there is no setting elastic-org:apikey: did you mean elastic-org:apiKey?"),
        ("elastic-org:size", "there is no setting elastic-org:size: the settings are elastic-org:apiKey, "),
        ("elastic-org:", "'elastic-org:' is no key"),
        (":size", "':size' is no key"),
        ("people:size:large", "'people:size:large' is no key"),
    ],
)
def test_a_key_that_no_program_could_read_is_refused_before_its_value_is_kept(
    project: Project, key: str, said: str
) -> None:
    result = project.call("config", "set", key, "essu_hush")
    assert (result.exit_code, project.file.exists()) == (2, False)
    assert said in " ".join(result.stderr.split())


@pytest.mark.parametrize("handler", ["strict", "surrogateescape"])  # the latter is Python's where the locale is C
def test_a_value_that_is_not_utf_8_is_refused_before_it_is_kept(tmp_path: Path, handler: str) -> None:
    project = Project(tmp_path, "embedded")
    done = subprocess.run(
        [Path(sys.executable).with_name("elastic-org"), "config", "set", "--secret", "token", "--engine", "embedded"],
        cwd=tmp_path,
        env={**os.environ, **project.environment, "PYTHONIOENCODING": f"utf-8:{handler}"},
        input="essu_hush".encode("utf-16"),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert b"the value of token is not UTF-8: nothing was set" in done.stderr
    assert not project.file.exists()


def test_comments_and_other_values_of_the_file_stay(tmp_path: Path) -> None:
    project = Project(tmp_path, "embedded")
    project.file.write_text("# ours\nconfig:\n  people:size: '2'  # small\n")
    assert project.call("config", "set", "--secret", "token", stdin="hush").exit_code == 0
    text = project.file.read_text()
    assert text.startswith("# ours\nconfig:\n  people:size: '2'  # small\n")
    assert "secure: v1:" in text
    assert text.count("encryptionsalt: v1:") == 1


def test_without_a_passphrase_a_secret_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(os.environ, "PULUMI_CONFIG_PASSPHRASE")
    project = Project(tmp_path, "embedded")
    result = project.call("config", "set", "--secret", "token", stdin="hush")
    assert result.exit_code == 1
    assert "Set PULUMI_CONFIG_PASSPHRASE" in result.stderr
    assert not project.file.exists()

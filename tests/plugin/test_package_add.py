"""`pulumi package add`, from a folder and from a Git repository, in a project made from nothing, ends in a working preview."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pulumi_elastic_org.plugin.version import version
from tests.security.tls import make_certificate
from tests.support.acme import ADMIN
from tests.support.cli_project import Resource, TypeScriptProject, YamlProject, lacks
from tests.support.git_server import serving_git
from tests.support.provided import Cloud
from tests.support.pulumi_templates import write_template

ROOT = Path(__file__).parents[2]
ROSTER = {"mode": "additive", "members": {ADMIN: ["organization-admin"]}}


class NothingInYaml(YamlProject):
    """A project of a name and a runtime, which is told of no plugin."""

    def prepare(self) -> None:
        write_template("yaml", self.directory, "fresh")

    def declare(self) -> None:
        """Adds a roster to what the CLI wrote."""
        resources = {"acme": {"type": "elastic-org:index:Roster", "properties": ROSTER}}
        text = (self.directory / "Pulumi.yaml").read_text("utf-8")
        (self.directory / "Pulumi.yaml").write_text(f"{text}\nresources: {json.dumps(resources)}\n", "utf-8")


class NothingInTypeScript(TypeScriptProject):
    """The same as Pulumi's template for TypeScript leaves it."""

    def prepare(self) -> None:
        write_template("typescript", self.directory, "fresh")
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=self.directory, check=True)

    def declare(self) -> None:
        """Writes a program with a roster, which imports the SDK by the name that was added."""
        self.program({"acme": Resource("Roster", ROSTER)})
        dependencies = json.loads((self.directory / "package.json").read_text("utf-8"))["dependencies"]
        [name] = [one for one in dependencies if one.endswith("/elastic-org")]
        program = self.directory / "index.ts"
        program.write_text(program.read_text("utf-8").replace("@pulumi/elastic-org", name), "utf-8")


Nothing = NothingInYaml | NothingInTypeScript
NOTHING: dict[str, type[Nothing]] = {"yaml": NothingInYaml, "typescript": NothingInTypeScript}


@pytest.fixture(params=NOTHING)
def project(request: pytest.FixtureRequest, cloud: Cloud, tmp_path: Path) -> Nothing:
    if (missing := lacks(request.param)) is not None:
        pytest.skip(missing)
    return NOTHING[request.param](tmp_path / "project", cloud)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A clone of this repository as it is, with whatever is not committed yet."""
    clone = tmp_path / "served" / "acme" / "pulumi-elastic-org.git"
    clone.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(lambda one: (ROOT / one).is_file(), listed.splitlines()):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, clone / name)
    for command in (
        ("init", "--quiet", "--initial-branch", "main"),
        ("add", "--all"),
        ("-c", "user.name=test", "-c", "user.email=test@acme.example", "commit", "--quiet", "--message", "as it is"),
        ("tag", f"v{version()}"),  # as a release is: the CLI looks for the version that the plugin says
    ):
        subprocess.run(["git", *command], cwd=clone, check=True)
    return clone


@pytest.fixture
def address(repository: Path, tmp_path: Path, project: Nothing) -> Iterator[str]:
    """The repository's address; the CLI trusts its server beside those of the system."""
    trusted = tmp_path / "trusted.pem"
    host = f"127.{os.getpid() >> 8 & 255}.{os.getpid() & 255}.1"
    certificate = make_certificate(tmp_path, host)
    system = Path(ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt")
    trusted.write_text(system.read_text("utf-8") + certificate.read_text("utf-8"), "utf-8")
    project.environment["SSL_CERT_FILE"] = str(trusted)
    with ExitStack() as serving:
        try:
            base = serving.enter_context(serving_git(repository.parents[1], host, certificate))
        except OSError as error:
            pytest.skip(f"cannot listen on {host}: {error}")
        yield f"{base}/acme/{repository.name}"


def test_from_a_folder(project: Nothing, repository: Path) -> None:
    added = project.pulumi("package", "add", str(repository))
    assert added.code == 0, added.text
    project.declare()
    said = project.preview()
    assert said.code == 0, said.text
    assert "2 to create" in said.text


def test_from_a_git_repository(project: Nothing, address: str) -> None:
    added = project.pulumi("package", "add", f"{address}@{version()}")
    assert added.code == 0, added.text
    project.declare()
    said = project.preview()
    assert said.code == 0, said.text
    assert "2 to create" in said.text

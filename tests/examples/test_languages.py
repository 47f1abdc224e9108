"""The quickstart of each language previews the same by the commands of its README; what cannot be run is held to the schema."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.cli.demo.emulation import environment
from pulumi_elastic_org.plugin.schema import schema
from tests.examples.java_stand_in import write_stand_in

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
TIMEOUT = 900
TOOLS: Mapping[str, tuple[str, ...]] = {
    "yaml": ("pulumi-language-yaml",),
    "typescript": ("pulumi-language-nodejs", "node", "npm"),
    "go": ("pulumi-language-go", "go"),
    "java": ("pulumi-language-java", "java", "mvn"),
    "csharp": ("pulumi-language-dotnet", "dotnet"),
}
"""What runs programs of a language, beside the CLI."""


def skip_without(*tools: str) -> None:
    if missing := [tool for tool in tools if shutil.which(tool) is None]:
        pytest.skip(f"not on PATH: {', '.join(missing)}")


def done(directory: Path, settings: Mapping[str, str], *command: str) -> str:
    """Runs a command, which has to succeed, and returns what it said."""
    ran = subprocess.run(
        command,
        cwd=directory,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout}"
    return ran.stdout


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "state").mkdir()
    with Emulator(ACME) as emulator:
        yield {
            **environment(emulator),
            "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
            "PULUMI_HOME": str(tmp_path / "pulumi-home"),
        }


def copied(language: str, tmp_path: Path) -> Path:
    """The example beside the quickstart whose roster it reads, in a repository whose environment is this one."""
    ignored = shutil.ignore_patterns("node_modules", "sdks", "target", "bin", "obj", ".elastic-org")
    for name in ("quickstart", language):
        shutil.copytree(EXAMPLES / name, tmp_path / "examples" / name, ignore=ignored)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path / "examples" / language


def commands(language: str) -> list[list[str]]:
    """What examples/README.md says to do in the directory of an example."""
    section = (EXAMPLES / "README.md").read_text("utf-8").partition(f"\n## {language}\n")[2]
    lines = section.partition("```sh\n")[2].partition("```")[0].splitlines()
    return [line.split() for line in lines]


@pytest.mark.parametrize("language", TOOLS)
def test_the_quickstart_is_previewed(language: str, tmp_path: Path, settings: dict[str, str]) -> None:
    skip_without("pulumi", *TOOLS[language])
    project = copied(language, tmp_path)
    done(project, settings, "pulumi", "stack", "init", "dev")
    *prepared, preview = commands(language)
    for command in prepared:
        done(project, settings, *command)
    said = done(project, settings, *preview, "--diff", "--non-interactive")
    said = re.sub(" +: ", ": ", said)
    assert 'marta.lindqvist@acme.example: "organization-admin' in said
    assert 'organization: "2871506934"' in said
    assert "2 to create" in said


class TestCSharp:
    @pytest.fixture
    def sdk(self, tmp_path: Path, settings: dict[str, str]) -> Path:
        """What the CLI generates for .NET of the schema, whose picture is fetched from loopback."""
        skip_without("pulumi", "pulumi-language-dotnet")

        class Picture(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Picture) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            described = {**schema(), "logoUrl": f"http://127.0.0.1:{server.server_port}/logo.png"}
            (tmp_path / "schema.json").write_text(json.dumps(described), "utf-8")
            out = ("--language", "dotnet", "--out", str(tmp_path / "sdk"))
            done(tmp_path, settings, "pulumi", "package", "gen-sdk", str(tmp_path / "schema.json"), *out)
            server.shutdown()
        return tmp_path / "sdk" / "dotnet"

    def test_the_generated_sdk_has_each_type_and_property_of_the_example(self, sdk: Path) -> None:
        program = (EXAMPLES / "csharp" / "Program.cs").read_text("utf-8")
        project = (EXAMPLES / "csharp" / "People.csproj").read_text("utf-8")
        [(variable, resource, arguments, property_, value)] = re.findall(
            r'var (\w+) = new (\w+)\("\w+", new (\w+) \{ (\w+) = (\{ "[^"]+" \}) \}\);', program
        )
        generated = (sdk / f"{resource}.cs").read_text("utf-8")
        assert f"namespace {re.findall(r'using (Pulumi.+);', program)[0]}" in generated
        assert f"public {resource}(string name, {arguments}? args = null" in generated
        [type_] = re.findall(rf"public (\S+) {property_}\b", generated.partition(f"class {arguments}")[2])
        assert (type_, value[0]) == ("InputList<string>", "{")
        read = re.findall(rf"{variable}\.(\w+)", program)
        assert read == ["OrganizationId", "Pending"]
        for one in read:
            assert re.search(rf"public Output<.+> {one} {{ get; private set; }}", generated), one
        [file] = sdk.glob("*.csproj")
        assert rf'Include="sdks\elastic-org\{file.name}"' in project


class TestJava:
    def test_the_example_compiles_against_what_the_schema_says(self, tmp_path: Path, settings: dict[str, str]) -> None:
        skip_without("java", "mvn")
        project = copied("java", tmp_path)
        write_stand_in(schema(), project / "sdks" / "elastic-org" / "src" / "main" / "java")
        done(project, settings, "mvn", "--quiet", "--batch-mode", "compile")
        assert (project / "target" / "classes" / "people" / "App.class").is_file()

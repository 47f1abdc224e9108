"""Projects in YAML and TypeScript that the Pulumi CLI runs with the plugin."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from tests.support.acme import ADMIN, ADMIN_KEY, Acme
from tests.support.plugin_process import EXECUTABLE

TIMEOUT = 600


@dataclass(frozen=True)
class Resource:
    """A resource of a program.

    Args:
        kind: The name of its kind.
        properties: As every language has them.
        options: Pulumi's own, as YAML has them.
    """

    kind: str
    properties: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """How a command of the CLI ended.

    Args:
        code: Its exit code.
        text: What it said.
    """

    code: int
    text: str


class Project(ABC):
    """A project whose program declares what it is told to.

    Args:
        directory: Where it lies.
        acme: The organization that it reaches, or the address of the API.
        name: The project's name in Pulumi.
    """

    language: ClassVar[str]

    def __init__(self, directory: Path, acme: Acme | str, name: str = "people") -> None:
        self.directory = directory
        self.name = name
        state = directory.parent / f"{directory.name}-state"
        state.mkdir(exist_ok=True)
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("EC_", "ELASTIC_ORG_"))},
            "EC_ENDPOINT": acme if isinstance(acme, str) else acme.emulator.endpoint,
            "EC_API_KEY": ADMIN_KEY,
            "EC_API_KEY_USER": ADMIN,
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_HOME": str(directory.parent / "pulumi-home"),
        }
        directory.mkdir(exist_ok=True)
        self.prepare()
        assert self.pulumi("stack", "init", "dev").code == 0

    @abstractmethod
    def prepare(self) -> None:
        """Makes what every program of the language needs."""

    @abstractmethod
    def program(self, resources: Mapping[str, Resource], functions: Mapping[str, str] | None = None) -> None:
        """Writes a program.

        Args:
            resources: What it declares, by name.
            functions: What it asks: functions by the name of the output that shows the answer.
        """

    def untyped(self, resources: Mapping[str, Resource]) -> None:
        """Writes a program that no compiler looks at."""
        self.program(resources)

    @abstractmethod
    def code(self, text: str) -> None:
        """Makes what the CLI printed for an import the program."""

    def pulumi(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Said:
        """Runs a command, which may not ask anything."""
        return self._run("pulumi", *arguments, "--non-interactive", environment=environment)

    def elastic_org(self, *arguments: str) -> Said:
        """Runs a command of this package, which may not ask anything."""
        return self._run(str(EXECUTABLE.with_name("elastic-org")), *arguments)

    def _run(self, *command: str, environment: Mapping[str, str] | None = None) -> Said:
        done = subprocess.run(
            command,
            cwd=self.directory,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert "Traceback" not in done.stdout, done.stdout
        return Said(done.returncode, done.stdout)

    def preview(self, *arguments: str) -> Said:
        return self.pulumi("preview", "--diff", *arguments)

    def up(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Said:
        return self.pulumi("up", "--yes", "--skip-preview", "--diff", *arguments, environment=environment)

    def apply(self, *arguments: str) -> Said:
        """Updates, and fails the test with what was said when that does not succeed."""
        said = self.up(*arguments)
        assert said.code == 0, said.text
        return said

    def state(self) -> dict[str, Any]:
        """The resources in state by name, but for Pulumi's own."""
        text = subprocess.run(
            ["pulumi", "stack", "export"],
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT,
        ).stdout
        resources = json.loads(text)["deployment"].get("resources", ())
        return {one["urn"].rpartition("::")[2]: one for one in resources if not one["type"].startswith("pulumi:")}


class YamlProject(Project):
    """In YAML, of which JSON is a part."""

    language = "yaml"

    def prepare(self) -> None:
        self.program({})

    def program(self, resources: Mapping[str, Resource], functions: Mapping[str, str] | None = None) -> None:
        asked = {
            name: {"fn::invoke": {"function": f"elastic-org:index:{one}"}} for name, one in (functions or {}).items()
        }
        declared = {
            name: {
                "type": f"elastic-org:index:{one.kind}",
                "properties": dict(one.properties),
                "options": dict(one.options),
            }
            for name, one in resources.items()
        }
        self.write({"variables": asked, "resources": declared, "outputs": {name: f"${{{name}}}" for name in asked}})

    def code(self, text: str) -> None:
        head = "\n".join(f"{key}: {json.dumps(value)}" for key, value in self._head.items())
        (self.directory / "Pulumi.yaml").write_text(f"{head}\n{text}", "utf-8")

    @property
    def _head(self) -> dict[str, Any]:
        path = str(EXECUTABLE.parent)
        return {"name": self.name, "runtime": "yaml", "plugins": {"providers": [{"name": "elastic-org", "path": path}]}}

    def write(self, document: Mapping[str, Any]) -> None:
        """Writes a program of one's own: what stands beside the project's name and runtime."""
        (self.directory / "Pulumi.yaml").write_text(json.dumps({**self._head, **document}, indent=2), "utf-8")


class TypeScriptProject(Project):
    """In TypeScript, with the SDK that the CLI generates."""

    language = "typescript"

    def prepare(self) -> None:
        runtime = {"name": "nodejs", "options": {"packagemanager": "npm"}}
        plugins = {"providers": [{"name": "elastic-org", "path": str(EXECUTABLE.parent)}]}
        project = {"name": self.name, "runtime": runtime, "plugins": plugins}
        (self.directory / "Pulumi.yaml").write_text(json.dumps(project), "utf-8")
        (self.directory / "index.ts").write_text("", "utf-8")
        options = {"strict": True, "target": "es2020", "module": "commonjs", "moduleResolution": "node"}
        (self.directory / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["index.ts"]}))
        if not (modules := self.directory.parent / "typescript-modules").exists():
            self._install(modules)
        for name in ("node_modules", "sdks", "package.json"):
            (self.directory / name).symlink_to(modules / name)

    def _install(self, directory: Path) -> None:
        """Installs Pulumi's SDK, and generates that of the plugin, once for all projects beside each other."""
        directory.mkdir()
        packages = {"@pulumi/pulumi": "^3.200.0", "typescript": "^5", "@types/node": "^20"}
        (directory / "package.json").write_text(json.dumps({"name": "people", "dependencies": packages}), "utf-8")
        (directory / "Pulumi.yaml").write_text('{"name": "sdk", "runtime": "nodejs"}', "utf-8")
        for command in (["npm", "install", "--no-audit", "--no-fund"], ["pulumi", "package", "add", str(EXECUTABLE)]):
            done = subprocess.run(
                command,
                cwd=directory,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr

    def program(self, resources: Mapping[str, Resource], functions: Mapping[str, str] | None = None) -> None:
        lines = ['import * as elastic from "@pulumi/elastic-org";']
        for name, one in resources.items():
            arguments = ", ".join(json.dumps(part) for part in (name, one.properties, one.options))
            lines.append(f"export const {name} = new elastic.{one.kind}({arguments});")
        lines += [f"export const {name} = elastic.{one}Output();" for name, one in (functions or {}).items()]
        self.text("\n".join(lines))

    def untyped(self, resources: Mapping[str, Resource]) -> None:
        super().untyped(resources)
        index = self.directory / "index.ts"
        self.text(f"// @ts-nocheck\n{index.read_text('utf-8')}")

    def text(self, text: str) -> None:
        """Writes a program of one's own."""
        (self.directory / "index.ts").write_text(text, "utf-8")

    def code(self, text: str) -> None:
        self.text(text)


LANGUAGES = {one.language: one for one in (YamlProject, TypeScriptProject)}


def lacks(language: str) -> str | None:
    """Why programs of a language cannot be run here; ``None`` where they can."""
    needed = {"yaml": ("pulumi-language-yaml",), "typescript": ("pulumi-language-nodejs", "node", "npm")}[language]
    missing = [name for name in ("pulumi", *needed) if shutil.which(name) is None]
    return f"not on PATH: {', '.join(missing)}" if missing else None

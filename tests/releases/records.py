"""State that each release wrote: a program, what it was run against, and what every engine then kept.

    vMAJOR_MINOR_PATCH/
        people/    the program and its files, as they were at that release
            organizations.yaml   what the emulated Elastic Cloud held before
            Pulumi.dev.yaml      the stack's configuration, with its secrets
            embedded.json        the state file that the embedded engine left
            pulumi.json          what `pulumi stack export` gave
        clusters/  the same for data between clusters
    programs/      what the next release will be recorded with

Records are never edited: they are what users have. Addresses, paths and ids of a passing world stand in them as `@NAME@`.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from pulumi_elastic_org.engine import select
from pulumi_embedded.passphrase import Passphrase
from pulumi_embedded.port import Engine, Workspace
from tests.releases.worlds import World
from tests.support.elasticsearch_node.node import PASSWORD

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
SEED = "organizations.yaml"
PASSPHRASE = {"PULUMI_CONFIG_PASSPHRASE": "passphrase of every record"}
_SECRETS = {
    "people": {
        "elastic-org:apiKey": "key-of-acme",
        "people:globexKey": "key-of-globex",
        "people:kimsKey": "key-of-kim",
        "people:initechKey": "key-of-initech",
        "people:breakGlassKey": "key-of-break-glass",
    },
    "clusters": {"elastic-org:apiKey": "key-of-acme", "clusters:password": PASSWORD},
}
_SOMEBODYS_PYTHON = re.compile(r"(?<=project:///)(\.\./)+[^\"]*?(?=/lib/python)")  # in positions of the source
STATE_FILES = "backend/.elastic-org/state/*/dev.json"


@dataclass(frozen=True)
class Record:
    """What one program left behind at one release.

    Args:
        directory: Where it is kept.
    """

    directory: Path

    @property
    def seed(self) -> Path:
        """What the emulated Elastic Cloud held before."""
        return self.directory / SEED

    def state(self, engine: str, world: World) -> str:
        """The state that an engine wrote, as if it had been written in a world.

        Args:
            engine: The name of the engine that wrote it.
            world: Where it is used now.
        """
        return world.found((self.directory / f"{engine}.json").read_text())

    def project(self, directory: Path, world: World) -> Workspace:
        """Makes a project of the program, without any state.

        Args:
            directory: Where; it is made.
            world: What the program finds.
        """
        shutil.copytree(self.directory, directory, ignore=shutil.ignore_patterns("*.json"))
        (directory / "backend").mkdir()
        environment = {**PASSPHRASE, "PULUMI_BACKEND_URL": (directory / "backend").as_uri()}
        return Workspace(directory, "dev", world.config, environment)


def releases() -> list[str]:
    """The versions that are recorded, as the names of their directories."""
    return sorted(path.name for path in HERE.glob("v*_*_*"))


def directory_of(version: str) -> Path:
    """Where a release is recorded.

    Args:
        version: Such as ``"0.1.0"``.
    """
    return HERE / f"v{version.replace('.', '_')}"


def write_secrets(record: Record) -> None:
    """Writes the configuration of a new record, which both engines then use."""
    passphrase = Passphrase(PASSPHRASE, None)
    secrets = {key: {"secure": passphrase.encrypt(value)} for key, value in _SECRETS[record.directory.name].items()}
    content = {"encryptionsalt": passphrase.salt, "config": secrets}
    (record.directory / "Pulumi.dev.yaml").write_text(json.dumps(content, indent=2) + "\n")  # which is YAML as well


def keep(record: Record, engine: str, world: World, directory: Path) -> None:
    """Runs a new record's program and keeps the state that it leaves.

    Args:
        record: The record.
        engine: The engine's name.
        world: What the program talks to.
        directory: A directory for the project, to be made.

    Raises:
        RuntimeError: The program failed; the message is what was said.
    """
    workspace = record.project(directory, world)
    adapter = select(engine)
    result = adapter.up(workspace)
    if not result.succeeded:
        raise RuntimeError("\n".join(diagnostic.message for diagnostic in result.diagnostics))
    own_file = next(directory.glob(STATE_FILES), None)
    state = own_file.read_text() if own_file else json.dumps(adapter.export(workspace), indent=2) + "\n"
    (record.directory / f"{engine}.json").write_text(_SOMEBODYS_PYTHON.sub(".venv", world.forgotten(state)))


def take_over(engine: Engine, workspace: Workspace, state: str) -> None:
    """Makes a state that of a stack: the embedded engine finds it as its file, the CLI gets it by `stack import`.

    Args:
        engine: The engine.
        workspace: The stack.
        state: The state.
    """
    if engine.name == "embedded":
        project = json.loads(state)["deployment"]["resources"][0]["urn"].split("::")[1]
        path = workspace.directory / STATE_FILES.replace("*", project)
        path.parent.mkdir(parents=True)
        path.write_text(state)
    else:
        engine.import_(workspace, json.loads(state))

"""The per-person way: `ec_organization` of Elastic's own provider for Terraform and OpenTofu."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from benchmarks.organization import Acme, People
from benchmarks.processes import Cost, run

PROVIDER = "terraform-provider-ec"

REFERENCE = {"preview": 11.2, "add": 38.0, "cancel": 33.0, "change": 39.0, "remove": 33.0}
"""Seconds that the peer took on the same organization, measured once elsewhere."""


def find_peer() -> Path | None:
    """Returns `tofu`, or else `terraform`, where that and `terraform-provider-ec` are on PATH."""
    program = shutil.which("tofu") or shutil.which("terraform")
    return Path(program) if program and shutil.which(PROVIDER) else None


class Peer:
    """A configuration with one `ec_organization`.

    Args:
        directory: An empty directory for it.
        acme: The organization.
        program: `tofu` or `terraform`.
    """

    def __init__(self, directory: Path, acme: Acme, program: Path) -> None:
        self._directory = directory
        self._acme = acme
        self._program = str(program)
        directory.mkdir(parents=True)
        provider = Path(str(shutil.which(PROVIDER))).parent
        settings = directory / "cli.tfrc"
        settings.write_text(
            f'provider_installation {{\n  dev_overrides {{\n    "elastic/ec" = "{provider}"\n  }}\n  direct {{}}\n}}\n'
        )
        self._environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}
        self._adopted = False

    def declare(self, people: People) -> None:
        """Says who ought to be in the organization."""
        document = {
            "terraform": {"required_providers": {"ec": {"source": "elastic/ec"}}},
            "provider": {
                "ec": {"endpoint": self._acme.emulator.endpoint, "apikey": self._acme.environment["EC_API_KEY"]}
            },
            "resource": {
                "ec_organization": {"acme": {"members": {person: _member(text) for person, text in people.items()}}}
            },
        }
        (self._directory / "main.tf.json").write_text(json.dumps(document))
        if not self._adopted:
            self._run("import", "ec_organization.acme", self._acme.id)
            self._adopted = True

    def settle(self) -> None:
        """Makes it so, without being measured."""
        self.act("up")

    def act(self, operation: str) -> Cost:
        """Measures a plan, an apply, which plans as well, or a destroy."""
        if operation == "preview":
            return self._run("plan")
        return self._run("destroy" if operation == "destroy" else "apply", "-auto-approve")

    def _run(self, *arguments: str) -> Cost:
        command, *rest = arguments
        return run([self._program, command, "-input=false", "-no-color", *rest], self._directory, self._environment)


def _member(text: str) -> dict[str, Any]:
    member: dict[str, Any] = {}
    for role in text.split("; "):
        role_id, _, targets = role.partition(" on ")
        if targets:
            entry = {"role": role_id.removeprefix("deployment-"), "deployment_ids": targets.split(", ")}
            member.setdefault("deployment_roles", []).append(entry)
        else:
            member["organization_role"] = role_id
    return member

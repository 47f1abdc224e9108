"""Two organizations, an Elasticsearch and a Pulumi project in which every secret is a canary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.engine import select
from pulumi_embedded.passphrase import Passphrase
from pulumi_embedded.port import Workspace
from tests.security.canaries import Search, new_canary, new_key_canary
from tests.security.elasticsearch import USER, Elasticsearch, running_elasticsearch
from tests.security.watch import Watch
from tests.support.acme import OWNER

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
ACME, GLOBEX = "4242", "4343"
ROOT, ADA, EVE, JOINER = "root@acme.example", "ada@acme.example", "eve@acme.example", "joiner@acme.example"

PROGRAM = f"""\
import pulumi
import pulumi_elastic_org as elastic

config = pulumi.Config()
second = elastic.Provider("second", api_key=config.require_secret("secondKey"), endpoint=config.require("endpoint"))
joiner = elastic.Provider("joiner", api_key=config.require_secret("joinerKey"), endpoint=config.require("endpoint"))
elastic.Roster("acme", members={{"{ROOT}": ["organization-admin"], "{ADA}": ["billing-admin"], "{EVE}": []}}, mode="additive")
globex = elastic.Roster(
    "globex", members={{"{JOINER}": ["billing-admin"]}}, mode="additive", opts=pulumi.ResourceOptions(provider=second)
)
elastic.InvitationAcceptance(
    "joined",
    organization_id="{GLOBEX}",
    person="{JOINER}",
    inviter_api_key=config.require_secret("secondKey"),
    opts=pulumi.ResourceOptions(provider=joiner, depends_on=[globex], retain_on_delete=True),
)
elastic.SnapshotRepository(
    "backups",
    elastic.ElasticsearchConnection(
        config.require("elasticsearch"), username="{USER}", password=config.require_secret("password")
    ),
    repository="moving",
    type="s3",
    settings={{"bucket": "backups"}},
    secure_settings={{"s3.client.default.secret_key": config.require_secret("keystore")}},
    deployment_id=config.require("deployment"),
)
ci = elastic.ApiKey("ci", roles=["billing-admin"], description="pipeline")
elastic.OrganizationSettings("acme", billing_contacts=["pay@acme.example"], break_glass_key=ci.key)
pulumi.export("key", ci.key)
pulumi.export("password", config.require_secret("password"))
"""

REPOSITORY = """\
name: elsewhere
type: s3
settings: {bucket: backups}
secure_settings: {s3.client.default.secret_key: KEYSTORE_SECRET}
"""

LOG_EVERYTHING = """\
import logging, os
logging.basicConfig(level=logging.DEBUG, filename=os.environ["LOG_FILE"])
"""


class World:
    """Where the commands are run.

    Args:
        directory: Holds everything that they write: the project, temporary files, logs, the home directory.
        engine: The engine's name.
        emulator: Elastic Cloud.
        cluster: Elasticsearch.
        secrets: Every canary by its name.
    """

    def __init__(
        self, directory: Path, engine: str, emulator: Emulator, cluster: Elasticsearch, secrets: dict[str, str]
    ) -> None:
        self.directory = directory
        self.emulator = emulator
        self.cluster = cluster
        self.secrets = secrets
        self.project = directory / "project"
        self.temporary = directory / "temporary"
        self.engine = engine
        self.said = b""
        self._created: dict[str, str] = {}
        for path in (self.project / "state", self.temporary, directory / "home", directory / "python"):
            path.mkdir(parents=True)
        (directory / "python" / "sitecustomize.py").write_text(LOG_EVERYTHING)
        self.environment = {
            **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
            "EC_ENDPOINT": emulator.endpoint,
            "EC_API_KEY": secrets["administrator's key"],
            "EC_API_KEY_OLD": secrets["administrator's key"],
            "EC_API_KEY_NEW": secrets["second organization's key"],
            "EC_API_KEY_PERSON": secrets["person's key"],
            "EC_ORGANIZATION_ID": ACME,
            "ELASTIC_ORG_AUDIT_LOG": str(directory / "audit.jsonl"),
            "ELASTICSEARCH_USERNAME_SOURCE": USER,
            "ELASTICSEARCH_PASSWORD_SOURCE": secrets["Elasticsearch password"],
            "ELASTICSEARCH_USERNAME_DESTINATION": USER,
            "ELASTICSEARCH_PASSWORD_DESTINATION": secrets["Elasticsearch password"],
            "KEYSTORE_SECRET": secrets["keystore value"],
            "HOME": str(directory / "home"),
            "LOG_FILE": str(directory / "debug.log"),
            "PULUMI_BACKEND_URL": f"file://{self.project}/state",
            "PULUMI_CONFIG_PASSPHRASE": secrets["passphrase"],
            "PYTHONPATH": str(directory / "python"),
            "TMPDIR": str(self.temporary),
        }
        self._write_project()

    def _write_project(self) -> None:
        python = f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        (self.project / "Pulumi.yaml").write_text(f"name: people\n{python}")
        (self.project / "__main__.py").write_text(PROGRAM)
        (self.project / "repository.yaml").write_text(REPOSITORY)
        (self.project / "roster.yaml").write_text(f"mode: additive\nmembers: {{{ADA}: [billing-admin]}}\n")
        deployment = self.emulator.cloud.add_deployment(ACME, "search", owner=ROOT, elasticsearch_url=self.cluster.url)
        passphrase = Passphrase(self.environment, None)
        configured: dict[str, Any] = {
            "people:endpoint": self.emulator.endpoint,
            "people:elasticsearch": self.cluster.url,
            "people:deployment": deployment.id,
        }
        for name, secret in (
            ("secondKey", "second organization's key"),
            ("joinerKey", "joiner's key"),
            ("password", "Elasticsearch password"),
            ("keystore", "keystore value"),
        ):
            configured[f"people:{name}"] = {"secure": passphrase.encrypt(self.secrets[secret])}
        written = {"encryptionsalt": passphrase.salt, "config": configured}
        (self.project / "Pulumi.dev.yaml").write_text(json.dumps(written))

    def run(self, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
        """Runs `elastic-org`, and keeps what it says."""
        return self._run([COMMAND, *arguments], given, environment)

    def on_stack(self, operation: str, *options: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        """Runs an `elastic-org` command on the project's stack."""
        return self.run(operation, "-C", str(self.project), "--engine", self.engine, *options, **environment)

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Runs the stock CLI in the project, and keeps what it says."""
        return self._run(["pulumi", *arguments], "", {})

    def export(self) -> bytes:
        """The stack's state as it is handed to others."""
        return json.dumps(
            select(self.engine).export(Workspace(self.project, "dev", environment=self.environment))
        ).encode()

    def _run(self, command: list[str], given: str, changed: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        ended = subprocess.run(
            command,
            cwd=self.project,
            env={**self.environment, **changed},
            input=given.encode(),
            capture_output=True,
            check=False,
        )
        self.said += ended.stdout + ended.stderr
        return ended

    def leaks(self, search: Search) -> set[str]:
        """Everything that is found in what was said, in what is exported and in every file."""
        search.look_at(self.said, "what was said")
        search.look_at(self.export(), "the exported state")
        search.look_into([self.directory])
        return search.found

    def tokens(self) -> dict[str, str]:
        """The invitations' tokens and the API keys that were created so far, by a name."""
        created = (key for key in self.emulator.cloud.keys.values() if "[elastic-org " in key.description)
        self._created |= {f"created key {key.id}": key.secret for key in created}
        tokens = {f"token {number}": one.token for number, one in enumerate(self.emulator.outbox.messages)}
        return tokens | self._created

    @contextmanager
    def watched(self) -> Iterator[Watch]:
        """Looks for secrets while commands run; the block fails when something was seen."""
        search = Search({**self.secrets, **self.tokens()})
        with Watch(search, self.temporary) as watch:
            yield watch
        made_meanwhile = Search(self.tokens())
        for arguments in watch.arguments:
            made_meanwhile.look_at(arguments, f"the arguments of {arguments[:60]!r}")
        assert search.found | made_meanwhile.found == set()


@contextmanager
def running_world(directory: Path, engine: str) -> Iterator[World]:
    """Starts everything."""
    names = ("administrator's", "second organization's", "person's", "joiner's", "invited person's", "narrow")
    secrets = {f"{name} key": new_key_canary(name.partition("'")[0].partition(" ")[0]) for name in names}
    for name in ("Elasticsearch password", "keystore value", "passphrase"):
        secrets[name] = new_canary(name.partition(" ")[0])
    with ExitStack() as running:
        emulator = running.enter_context(Emulator())
        cluster = running.enter_context(running_elasticsearch(secrets["Elasticsearch password"]))
        cloud = emulator.cloud
        for id, name in ((ACME, "acme"), (GLOBEX, "globex")):
            cloud.add_organization(name, id=id)
        cloud.add_member(ACME, ROOT, OWNER, key=secrets["administrator's key"])
        cloud.add_member(ACME, "narrow@acme.example", key=secrets["narrow key"])
        cloud.add_member(GLOBEX, "root@globex.example", OWNER, key=secrets["second organization's key"])
        cloud.add_user(JOINER, key=secrets["joiner's key"])
        cloud.add_member(ACME, "mover@acme.example", {}, key=secrets["person's key"])
        yield World(directory, engine, emulator, cluster, secrets)

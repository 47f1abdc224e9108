"""`elastic-org record` as a shell sees it: what it refuses, what it leaves behind, and what of a customer is in its file."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator, Exchange, Fault, Watcher
from pulumi_elastic_org.cli import main
from pulumi_elastic_org.recording.document import Recording
from pulumi_elastic_org.recording.made_up import texts
from pulumi_elastic_org.recording.probes import PREFIX, PROBES, WRITES
from tests.support.acme import OWNER

SCHEMA = Path(__file__).parents[2] / "docs" / "recording.schema.json"
KEY = "canary-secret-of-the-owner"
ORGANIZATION = "7305182946"
COMMAND = (sys.executable, "-c", "from pulumi_elastic_org.cli import main; main()")
CANARY = "xanthippe"
"""Is a part of every text of the customer's in the organization, in one spelling or another."""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        fill(running)
        yield running


def fill(emulator: Emulator) -> None:
    """Puts into an organization for tests what a customer would not have in a public file."""
    cloud = emulator.cloud
    cloud.add_organization("Xanthippe test", id=ORGANIZATION)
    cloud.add_user(f"{CANARY}.owner@{CANARY}.example", name=f"{CANARY} Owner", id="8812345670")
    cloud.add_member(ORGANIZATION, "8812345670", OWNER, key=KEY)
    custom = {
        "deployment": [
            {
                "role_id": f"deployment-{CANARY}",
                "deployment_ids": ["0a1b2c3d4e5f60718293a4b5c6d7e8f9"],
                "application_roles": [CANARY],
            }
        ]
    }
    cloud.add_member(ORGANIZATION, f"bob@{CANARY}.example", custom)
    cloud.invite(ORGANIZATION, f"guest@{CANARY}.example", custom)
    cloud.add_deployment(ORGANIZATION, f"{CANARY}-search", id="0a1b2c3d4e5f60718293a4b5c6d7e8f9", tags={CANARY: CANARY})
    owner = "8812345670"
    cloud.add_project(
        ORGANIZATION, f"{CANARY}-logs", type="observability", owner=owner, tags={f"team_{CANARY}": CANARY}
    )
    cloud.add_key(owner, organization=ORGANIZATION, description=f"pipeline of {CANARY}")
    cloud.organization(ORGANIZATION).settings |= {
        "billing_contacts": [f"bills@{CANARY}.example"],
        "notifications_allowed_email_domains": [f"{CANARY}.example"],
        "default_disk_usage_alerts_enabled": True,
    }


def call(emulator: Emulator, *options: str, key: str | None = KEY, organization: str = ORGANIZATION) -> Result:
    environment = {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": key}
    return CliRunner().invoke(main, ["record", "--organization", organization, *options], env=environment)


def left(emulator: Emulator) -> list[str]:
    """What recordings have made that is still there."""
    organization = emulator.cloud.organization(ORGANIZATION)
    emails = [one.email for one in organization.invitations.values()]
    return [
        one for one in (*emails, *(key.description for key in emulator.cloud.keys.values())) if one.startswith(PREFIX)
    ]


def written(emulator: Emulator) -> list[str]:
    return [f"{one.method} {one.route}" for one in emulator.calls.all() if one.method != "GET"]


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "recording.json"


def test_every_probe_is_in_the_file_and_nothing_is_left_in_the_organization(emulator: Emulator, there: Path) -> None:
    result = call(emulator, "--yes", "--output", str(there))

    assert result.exit_code == 0, result.output
    recording = Recording.model_validate_json(there.read_text(encoding="utf-8"))
    assert [one.probe for one in recording.exchanges] == [one.name for one in PROBES]
    assert recording.service == "another endpoint"
    assert left(emulator) == []


def test_the_file_follows_the_published_schema(emulator: Emulator, there: Path) -> None:
    call(emulator, "--yes", "--output", str(there))

    jsonschema.validate(json.loads(there.read_text(encoding="utf-8")), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_published_schema_is_what_the_command_writes() -> None:
    result = CliRunner().invoke(main, ["record", "--schema"])

    assert result.exit_code == 0
    assert result.stdout == SCHEMA.read_text(encoding="utf-8")


def test_nothing_of_the_customer_survives(emulator: Emulator, there: Path) -> None:
    customers: set[str] = set()

    class Collector(Watcher):
        def answered(self, exchange: Exchange) -> None:
            if exchange.response is not None and exchange.response.is_json:
                customers.update(texts(exchange.response.json))

    emulator.watchers.append(Collector())
    result = call(emulator, "--yes", "--output", str(there))

    text = there.read_text(encoding="utf-8").casefold()
    assert CANARY not in text, result.output
    assert KEY not in text
    values = set(texts(json.loads(text)))
    published = {
        "deployment",
        "observability",
        "elasticsearch",
        "organization-admin",
        "elasticsearch-viewer",
        "initialized",
    }
    codes = {code for one in json.loads(text)["exchanges"] for code in one["codes"]}
    assert len(customers) > 50
    assert {one.casefold() for one in customers if one} & values <= published | codes


def test_shapes_codes_and_order_are_kept(emulator: Emulator, there: Path) -> None:
    call(emulator, "--yes", "--output", str(there))

    exchanges = {one.probe: one for one in Recording.model_validate_json(there.read_text(encoding="utf-8")).exchanges}
    member = exchanges["members"].body["members"][0]
    assert set(member) == {"email", "member_since", "name", "organization_id", "role_assignments", "user_id"}
    assert exchanges["unknown API key"].status == 404
    assert exchanges["unknown API key"].codes == ("api_keys.key_not_found",)
    assert [one["email"] for one in exchanges["people invited"].body["invitations"]] == [
        "person_c",
        "person_a",
        "person_b",
    ]
    assert exchanges["people invited"].request["expires_in"] == "24h"
    assert exchanges["API key a created"].body["description"] == "key_name_a"
    assert exchanges["observability projects"].body["items"][0]["metadata"]["tags"].keys() == {"field-1"}


@pytest.mark.parametrize("name", ["Production", "Contest", "latest", "Attestations Ltd"])
def test_an_organization_that_is_not_named_for_tests_is_refused(emulator: Emulator, there: Path, name: str) -> None:
    emulator.cloud.organization(ORGANIZATION).name = name
    result = call(emulator, "--yes", "--output", str(there))

    assert result.exit_code == 1
    assert f"organization {ORGANIZATION} is called '{name}', which does not say that it is for tests" in result.stderr
    assert written(emulator) == []
    assert not there.exists()


@pytest.mark.parametrize("name", ["Acme test", "TEST", "acme-testing-2", "Sandbox of Acme", "test2"])
def test_an_organization_that_is_named_for_tests_is_recorded(emulator: Emulator, there: Path, name: str) -> None:
    emulator.cloud.organization(ORGANIZATION).name = name

    assert call(emulator, "--yes", "--output", str(there)).exit_code == 0


def test_another_organization_than_that_of_the_key_is_refused(emulator: Emulator, there: Path) -> None:
    emulator.cloud.add_organization("Another test", id="1111111111")
    result = call(emulator, "--yes", "--output", str(there), organization="1111111111")

    assert result.exit_code == 1
    assert written(emulator) == []


def test_without_the_organization_nothing_happens(emulator: Emulator) -> None:
    result = CliRunner().invoke(main, ["record", "-y"], env={"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": KEY})

    assert result.exit_code == 2
    assert "--organization" in result.stderr
    assert not emulator.calls.all()


def test_each_write_is_explained_before_anybody_is_asked(emulator: Emulator, there: Path) -> None:
    result = call(emulator, "--output", str(there))

    assert result.exit_code == 2, result.output
    assert "--yes must be given" in result.stderr
    for probe in WRITES:
        assert probe.writes in result.stderr
    assert written(emulator) == []


def test_a_directory_that_does_not_exist_is_refused_before_any_call(emulator: Emulator, there: Path) -> None:
    result = call(emulator, "--yes", "--output", str(there.parent / "nowhere" / there.name))

    assert result.exit_code == 2
    assert "there is no directory" in result.stderr
    assert not emulator.calls.all()


def test_a_file_that_exists_is_refused_before_any_call(emulator: Emulator, there: Path) -> None:
    there.write_text("mine")

    assert call(emulator, "--yes", "--output", str(there)).exit_code == 2
    assert there.read_text() == "mine"
    assert not emulator.calls.all()


@pytest.mark.parametrize("takes_effect", [False, True], ids=["in vain", "in effect"])
@pytest.mark.parametrize("route", ["/organizations/{organization_id}/invitations", "/users/auth/keys"])
def test_a_call_that_breaks_leaves_nothing(emulator: Emulator, there: Path, route: str, takes_effect: bool) -> None:
    path = route.format(organization_id=ORGANIZATION)
    emulator.faults.add(Fault(kind="connection_dropped", method="POST", path=path, takes_effect=takes_effect))
    result = call(emulator, "--yes", "--output", str(there))

    assert result.exit_code == 1, result.output
    assert left(emulator) == []
    assert not there.exists()


def test_what_cannot_be_taken_away_is_said(emulator: Emulator, there: Path) -> None:
    emulator.faults.add(Fault(kind="forbidden", method="DELETE", path="/organizations/.*/invitations/.*", times=None))
    result = call(emulator, "--yes", "--output", str(there))

    assert result.exit_code == 1, result.output
    assert "What was made may still be there" in result.stderr
    assert left(emulator)
    assert all(one.startswith(result.stderr.split("names begin with ")[1].split(". ")[0]) for one in left(emulator))


def test_what_a_killed_run_has_left_is_told_and_taken_away_first(emulator: Emulator, there: Path) -> None:
    emulator.cloud.invite(ORGANIZATION, f"{PREFIX}old-a@example.com", expires_in=timedelta(hours=24))
    emulator.cloud.add_key("8812345670", organization=ORGANIZATION, description=f"{PREFIX}old-b")
    emulator.cloud.invite(ORGANIZATION, f"{PREFIX}looks-like-it@{CANARY}.example")
    result = call(emulator, "--yes", "--output", str(there))

    assert result.exit_code == 0, result.output
    assert f"takes away the invitation of {PREFIX}old-a@example.com, which an earlier recording left" in result.stderr
    assert f"takes away the API key '{PREFIX}old-b', which an earlier recording left" in result.stderr
    assert left(emulator) == [f"{PREFIX}looks-like-it@{CANARY}.example"]


class Interrupting(Watcher):
    """Sends a signal to the process when a call arrives that looks at a key which was made, and again when it cleans up."""

    def __init__(self, emulator: Emulator, *numbers: signal.Signals) -> None:
        self.emulator = emulator
        self.numbers = list(numbers)
        self.begun = False
        self.process: subprocess.Popen[str]

    def arrived(self, method: str, path: str) -> None:
        self.begun |= method == "GET" and "/users/auth/keys/" in path and bool(left(self.emulator))
        if self.begun and self.numbers:
            self.process.send_signal(self.numbers.pop(0))
            time.sleep(1)  # so that no answer is there before the signal is


def interrupted(emulator: Emulator, there: Path, *numbers: signal.Signals) -> str:
    """Returns what a recording says that is told to end so often."""
    watcher = Interrupting(emulator, *numbers)
    command = [*COMMAND, "record", "--organization", ORGANIZATION, "-y", "-o", str(there)]
    environment = {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": KEY}
    watcher.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    emulator.watchers.append(watcher)
    _, errors = watcher.process.communicate(timeout=60)
    assert watcher.process.returncode == 8, errors
    assert not there.exists()
    return errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing(emulator: Emulator, there: Path, number: signal.Signals) -> None:
    interrupted(emulator, there, number)

    assert left(emulator) == []


def test_ctrl_c_again_ends_at_once_and_says_what_may_be_left(emulator: Emulator, there: Path) -> None:
    errors = interrupted(emulator, there, signal.SIGINT, signal.SIGINT)

    assert "What was made may still be there" in errors
    assert all(one.startswith(errors.split("names begin with ")[1].split(". ")[0]) for one in left(emulator))

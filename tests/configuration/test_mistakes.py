"""A mistake in the configuration gives one clear error before anything is sent that was not meant, on every engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.lifecycle.phase import Phase, SettingsError, find_settings
from tests.support.acme import (
    ADMIN,
    ADMIN_KEY,
    OWNER,
    Acme,
    Stack,
    acme,
    emulator,
    make_stack,
    stack,
    text,
)

__all__ = ["acme", "emulator", "stack"]  # fixtures

Setting = Callable[[Stack, Acme], object]

WITHOUT_WHAT_SURROUNDS_IT = (
    "Failed: the API key contains a space, a quote, a line break or another character that no key has: copy it again",
    "EC_API_KEY",
)
NO_ADDRESS = (
    "Failed: the endpoint of Elastic Cloud is an address such as https://api.elastic-cloud.com",
    "check EC_ENDPOINT",
)
NO_ID = ("Failed: the organization's id contains a space, a slash or another character", "check EC_ORGANIZATION_ID")


def environment(**values: str) -> Setting:
    return lambda stack, _: stack.environment.update(values)


def configuration(value: str) -> Setting:
    def configure(stack: Stack, _: Acme) -> None:
        stack.environment["EC_API_KEY"] = ""
        stack.config["elastic-org:apiKey"] = value

    return configure


SEEN_BEFORE_ANYTHING_IS_SENT: dict[str, tuple[Setting, tuple[str, ...]]] = {
    "no key": (
        environment(EC_API_KEY=""),
        ("no API key for Elastic Cloud: set EC_API_KEY in the environment, or run",),
    ),
    "a blank key": (environment(EC_API_KEY="  "), WITHOUT_WHAT_SURROUNDS_IT),
    "a key and blanks": (environment(EC_API_KEY=f" {ADMIN_KEY} "), WITHOUT_WHAT_SURROUNDS_IT),
    "a key and a line break": (environment(EC_API_KEY=f"{ADMIN_KEY}\n"), WITHOUT_WHAT_SURROUNDS_IT),
    "a key in quotes": (environment(EC_API_KEY=f'"{ADMIN_KEY}"'), WITHOUT_WHAT_SURROUNDS_IT),
    "a key with its scheme": (environment(EC_API_KEY=f"ApiKey {ADMIN_KEY}"), WITHOUT_WHAT_SURROUNDS_IT),
    "a variable's name": (environment(EC_API_KEY="${ELASTIC_KEY}"), WITHOUT_WHAT_SURROUNDS_IT),
    "an empty key in the clear": (configuration(""), ("no API key for Elastic Cloud: set EC_API_KEY",)),
    "a key in the clear": (
        configuration(ADMIN_KEY),
        (
            "elastic-org:apiKey is stored in the clear: revoke that key",
            "run 'elastic-org config set --secret elastic-org:apiKey' with a new one",
        ),
    ),
    "a word for an endpoint": (environment(EC_ENDPOINT="cloud"), NO_ADDRESS),
    "an endpoint without a scheme": (environment(EC_ENDPOINT="api.elastic-cloud.com"), NO_ADDRESS),
    "a path for an endpoint": (environment(EC_ENDPOINT="/api/v1"), NO_ADDRESS),
    "a port that is none": (environment(EC_ENDPOINT="https://127.0.0.1:99999"), NO_ADDRESS),
    "a password in the endpoint": (environment(EC_ENDPOINT="https://ada:hunter2@127.0.0.1"), NO_ADDRESS),
    "plain HTTP to elsewhere": (
        environment(EC_ENDPOINT="http://api.elastic-cloud.example"),
        ("Failed: the API key is not sent to api.elastic-cloud.example over plain HTTP", "use https"),
    ),
    "an organization's id with a line break": (environment(EC_ORGANIZATION_ID="2000000001\n"), NO_ID),
    "an organization in the environment and another in the stack": (
        lambda stack, _: stack.config.update({"elastic-org:organizationId": "2871507001"}),
        (
            "Failed: two different organizations are named: EC_ORGANIZATION_ID in the environment names ",
            "the Pulumi configuration elastic-org:organizationId names 2871507001. Nothing was sent",
        ),
    ),
    "a path for an organization": (environment(EC_ORGANIZATION_ID="../users"), NO_ID),
}
SAMPLE = {
    "embedded": {
        "no key",
        "a key in the clear",
        "a path for an organization",
        "an organization in the environment and another in the stack",
    },
    "pulumi": {"a key in quotes"},
}
ON_EVERY_ENGINE = [
    pytest.param(engine, name, marks=[] if name in SAMPLE[engine] else [pytest.mark.trust])
    for engine in SAMPLE
    for name in SEEN_BEFORE_ANYTHING_IS_SENT
]


@pytest.mark.parametrize(("engine_name", "mistake"), ON_EVERY_ENGINE, indirect=["engine_name"])
def test_a_mistake_that_can_be_seen_is_named_and_nothing_is_sent(stack: Stack, acme: Acme, mistake: str) -> None:
    setting, said = SEEN_BEFORE_ANYTHING_IS_SENT[mistake]
    stack.roster({})
    setting(stack, acme)

    refused(stack, "preview", *said)

    assert acme.emulator.calls.all() == []


@pytest.mark.parametrize("operation", ["preview", "up", "refresh"])
def test_a_roster_of_another_organization_than_the_environment_names_is_refused_before_anybody_is_read(
    stack: Stack, acme: Acme, operation: str
) -> None:
    stack.roster({}, extra=f"organization_id={acme.id!r}")
    stack.apply()
    acme.emulator.calls.reset()
    stack.environment["EC_ORGANIZATION_ID"] = "2871507001"
    refused(
        stack,
        operation,
        f"this roster belongs to organization {acme.id}, but EC_ORGANIZATION_ID in the environment leads to 2871507001",
    )
    assert acme.emulator.calls.all() == []


class TestExplicitProviders:
    """A key and an organization of their own; only the endpoint is for every key."""

    PROVIDER: ClassVar = {"elastic-org:explicitProvider": "old", "elastic-org:apiKey": "old-key"}
    ELSEWHERE: ClassVar = {"EC_API_KEY": "key", "EC_ORGANIZATION_ID": "1", "EC_ENDPOINT": "https://test.example"}

    def test_the_endpoint_of_the_environment_is_for_the_key_of_an_explicit_provider_too(self) -> None:
        settings = find_settings(self.PROVIDER.get, self.ELSEWHERE)
        assert (settings.endpoint, settings.api_key) == ("https://test.example", "old-key")

    def test_the_environments_organization_is_not_that_of_an_explicit_provider(self) -> None:
        own = {**self.PROVIDER, "elastic-org:organizationId": "2"}
        assert find_settings(own.get, self.ELSEWHERE).organization_id == "2"
        assert find_settings(self.PROVIDER.get, self.ELSEWHERE).organization_id is None

    def test_a_provider_whose_endpoint_is_not_that_of_the_environment_is_refused_naming_both(self) -> None:
        own = {**self.PROVIDER, "elastic-org:endpoint": "https://api.elastic-cloud.com"}
        with pytest.raises(SettingsError, match="two different endpoints are named") as refusal:
            find_settings(own.get, self.ELSEWHERE)
        assert "EC_ENDPOINT in the environment names https://test.example" in str(refusal.value)
        assert "the Provider 'old' names https://api.elastic-cloud.com" in str(refusal.value)

    def test_two_spellings_of_one_endpoint_do_not_differ(self) -> None:
        own = {**self.PROVIDER, "elastic-org:endpoint": "https://test.example/api/v1/"}
        assert find_settings(own.get, self.ELSEWHERE).endpoint == "https://test.example"


@pytest.mark.parametrize("mistake", sorted(SEEN_BEFORE_ANYTHING_IS_SENT.keys() - {"a key in the clear"}))
def test_the_same_mistake_is_found_without_an_engine(tmp_path: Path, acme: Acme, mistake: str) -> None:
    setting, said = SEEN_BEFORE_ANYTHING_IS_SENT[mistake]
    stack = make_stack(tmp_path, "embedded", acme)
    setting(stack, acme)
    with pytest.raises((SettingsError, CloudError)) as refusal:
        assert Phase(lambda: find_settings(stack.config.get, stack.environment)).session
    for fragment in said:
        assert fragment.removeprefix("Failed: ") in str(refusal.value)


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
class TestAnswers:
    """What only Elastic Cloud can know; nothing is written."""

    def test_an_endpoint_with_the_path_of_the_api_is_taken_as_meant(self, stack: Stack, acme: Acme) -> None:
        stack.roster({})
        stack.environment["EC_ENDPOINT"] = f" {acme.emulator.endpoint}/api/v1/"
        assert stack.preview().succeeded

    def test_an_endpoint_with_another_path_is_not_the_api(self, stack: Stack, acme: Acme) -> None:
        stack.roster({})
        stack.environment["EC_ENDPOINT"] = f"{acme.emulator.endpoint}/deployments"
        refused(stack, "up", "Check the id, and that the endpoint is the one of Elastic Cloud's API")

    def test_an_organization_that_is_not_there(self, stack: Stack, acme: Acme) -> None:
        stack.roster({})
        stack.environment["EC_ORGANIZATION_ID"] = "999"
        refused(stack, "up", "Organization 999 was not found", "Check EC_ORGANIZATION_ID")
        nothing_was_written(acme)

    def test_a_key_of_another_organization_than_the_one_that_is_configured(self, stack: Stack, acme: Acme) -> None:
        stack.roster({})
        key_of_globex(stack, acme)
        refused(
            stack, "up", f"cannot read the members of organization {acme.id}", "check EC_ORGANIZATION_ID and the key"
        )
        nothing_was_written(acme)

    @pytest.mark.parametrize("operation", ["preview", "up", "refresh"])
    def test_a_key_of_another_organization_than_that_of_the_state(
        self, stack: Stack, acme: Acme, operation: str
    ) -> None:
        stack.roster({})
        stack.apply()
        globex = key_of_globex(stack, acme)
        del stack.environment["EC_ORGANIZATION_ID"]
        acme.emulator.calls.reset()
        refused(
            stack,
            operation,
            f"this roster belongs to organization {acme.id}, but the API key leads to {globex}: nothing was changed",
            "Use a key of the right organization",
        )
        nothing_was_written(acme)


def key_of_globex(stack: Stack, acme: Acme) -> str:
    """Gives the stack the key of another organization; returns that organization's id."""
    globex = acme.cloud.add_organization("globex").id
    acme.cloud.add_member(globex, "boss@globex.example", OWNER, key="key-of-globex")
    stack.environment["EC_API_KEY"] = "key-of-globex"
    return globex


def refused(stack: Stack, operation: str, *said: str) -> None:
    """The operation fails, with all of this in what is said and no secret, and no traceback."""
    result = getattr(stack, operation)()
    assert not result.succeeded
    for fragment in said:
        assert fragment in text(result)
    for surplus in ("Traceback", ADMIN_KEY, "key-of-", "hunter2", "${"):
        assert surplus not in text(result)


def nothing_was_written(acme: Acme) -> None:
    assert {call.method for call in acme.emulator.calls.all()} <= {"GET"}
    assert ADMIN in acme.people()

"""Where the plugin finds its key: the environment, then the stack's configuration as it is now, then what state keeps."""

from __future__ import annotations

import json

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.lifecycle.interface import Refused
from pulumi_elastic_org.lifecycle.phase import KeyMissing
from pulumi_elastic_org.model.keys import fingerprint
from pulumi_elastic_org.plugin.configuration import STACK_CONFIGURATION, config_mistakes, settings_finder
from pulumi_elastic_org.plugin.wire import write
from tests.support.acme import ADMIN_KEY
from tests.support.plugin import Plugin, Told
from tests.support.provided import Cloud, Provided

SECRET = frozenset({"apiKey"})
STORED = {"apiKey": "stored", "organizationId": "1"}


def test_the_environment_wins() -> None:
    found = settings_finder("default_0_2_0", STORED, SECRET, {"EC_API_KEY": "from the environment"})()
    assert (found.api_key, found.organization_id) == ("from the environment", "1")


def test_a_rotated_key_in_the_stacks_configuration_is_seen_where_state_has_the_old_one() -> None:
    current = {STACK_CONFIGURATION: json.dumps({"apiKey": "rotated"})}
    assert settings_finder("default", STORED, SECRET, current)().api_key == "rotated"


def test_an_explicit_provider_has_a_key_of_its_own() -> None:
    environment = {STACK_CONFIGURATION: json.dumps({"apiKey": "the stack's"}), "EC_API_KEY": "the environment's"}
    assert settings_finder("globex", STORED, SECRET, environment)().api_key == "stored"


@pytest.mark.parametrize("provider", ["default", "globex"])
def test_the_stack_s_key_is_needed_whichever_key_the_run_has(provider: str) -> None:
    configured = {STACK_CONFIGURATION: json.dumps({"apiKey": "the stack's"}), "EC_API_KEY": "the environment's"}
    needed = settings_finder(provider, STORED, SECRET, configured)().needed
    assert needed[fingerprint("the stack's")] == "the Pulumi configuration elastic-org:apiKey"


def test_the_key_in_state_is_needed_where_the_engine_tells_no_configuration() -> None:
    needed = settings_finder("default", STORED, SECRET, {"EC_API_KEY": "the environment's"})().needed
    assert needed[fingerprint("stored")] == "the Pulumi configuration elastic-org:apiKey"


def test_the_stack_s_key_is_not_deleted_with_its_resource_where_the_run_has_another(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    ci = Provided("ApiKey", cloud, {"description": "pipeline", "roles": "organization-admin"})
    ci.urn = ci.urn.replace("::people::", "::acme::")
    ci.up()
    monkeypatch.setenv("EC_API_KEY", ADMIN_KEY)
    monkeypatch.setenv(STACK_CONFIGURATION, json.dumps({"apiKey": ci.outputs["key"]}))
    monkeypatch.setenv("EC_ENDPOINT", cloud.emulator.endpoint)
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        plugin.stub.Configure(provider_pb2.ConfigureRequest(name="default", args=write({}, frozenset())))
        with pytest.raises(Told, match="is the key in the Pulumi configuration elastic-org:apiKey"):
            ci.delete_within_a_phase()
    assert ci.outputs["key"] in cloud.cloud.keys


@pytest.mark.parametrize("provider", ["default-eu", "default_eu", "defaults", "default0", "default_0"])
def test_an_explicit_provider_whose_name_begins_like_a_default_one_has_a_key_of_its_own(provider: str) -> None:
    environment = {STACK_CONFIGURATION: json.dumps({"apiKey": "the stack's"}), "EC_API_KEY": "the environment's"}
    assert settings_finder(provider, STORED, SECRET, environment)().api_key == "stored"


@pytest.mark.parametrize("provider", ["default", "default_0_3_0", "default_0_3_0_alpha_1", "default_0_3_0_https_//x"])
def test_a_default_provider_has_the_key_of_the_environment(provider: str) -> None:
    assert (
        settings_finder(provider, STORED, SECRET, {"EC_API_KEY": "the environment's"})().api_key == "the environment's"
    )


@pytest.mark.parametrize(
    ("provider", "how"),
    [("default", "run 'pulumi config set --secret elastic-org:apiKey'"), ("globex", "Provider 'globex'")],
)
def test_a_key_in_the_clear_is_refused(provider: str, how: str) -> None:
    with pytest.raises(Refused, match=how) as refusal:
        settings_finder(provider, STORED, frozenset(), {})
    assert "stored in the clear: revoke that key" in str(refusal.value)


def test_a_missing_key_is_told_when_it_is_first_needed() -> None:
    with pytest.raises(KeyMissing, match="set EC_API_KEY in the environment"):
        settings_finder("default", {}, frozenset(), {})()


def test_a_misspelled_setting_is_told() -> None:
    assert config_mistakes(["apiKey", "version", "apikey"]) == ["there is no setting apikey; did you mean apiKey?"]

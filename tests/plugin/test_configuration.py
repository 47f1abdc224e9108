"""Where the plugin finds its key: the environment, then the stack's configuration as it is now, then what state keeps."""

from __future__ import annotations

import json

import pytest

from pulumi_elastic_org.lifecycle.interface import Refused
from pulumi_elastic_org.lifecycle.phase import KeyMissing
from pulumi_elastic_org.plugin.configuration import STACK_CONFIGURATION, config_mistakes, settings_finder

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

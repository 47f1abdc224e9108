"""Secrets: encrypted in the state, masked in what is shown, in clear to the provider."""

from __future__ import annotations

import json

import pytest

from pulumi_embedded.passphrase import Passphrase
from pulumi_embedded.port import SECRET, EngineError
from tests.support.things_stack import Stack, step_of

WORD = "hunter2-and-more"
PROGRAM = f"""
thing = Thing("one", {{"value": "a", "word": Output.secret("{WORD}"), "nested": {{"word": Output.secret("{WORD}")}}}})
pulumi.export("word", thing.word if hasattr(thing, "word") else Output.secret("{WORD}"))
pulumi.export("made", thing.made)
"""

# Written by the Pulumi CLI 3.260 with the passphrase `pw`.
SALT = "v1:OB4qahYHVK8=:v1:xTid7YP6T+laAJaG:jye4dgRzvYipbm7fDHJYJpy8NoTqjg=="
CIPHERTEXT = "v1:M/g3KlPER4sB4O4N:Cw4tRAsdnngL5gFXgQB0i0Fx+EFbDw=="


def test_secrets_reach_the_provider_and_nobody_else(stack: Stack) -> None:
    stack.program(PROGRAM)
    result = stack.up()
    assert result.succeeded
    assert stack.calls[-1][1]["word"] == WORD
    assert step_of(result, "one").new_inputs["word"] == SECRET  # type: ignore[index]
    assert result.outputs == {"word": SECRET, "made": "made a"}
    assert WORD not in repr(result)
    assert WORD not in json.dumps(stack.engine.export(stack.workspace))
    assert stack.engine.outputs(stack.workspace) == {"word": SECRET, "made": "made a"}
    assert stack.engine.outputs(stack.workspace, show_secrets=True) == {"word": WORD, "made": "made a"}
    assert not stack.up().has_changes


def test_secret_configuration_is_decrypted_for_the_program_and_the_provider(stack: Stack) -> None:
    stack.environment["PULUMI_CONFIG_PASSPHRASE"] = "pw"
    stack.configure({"encryptionsalt": SALT, "config": {"trial:key": {"secure": CIPHERTEXT}}})
    stack.program('Thing("one", {"value": config.require_secret("key")})')
    result = stack.up()
    assert (result.succeeded, result.errors) == (True, ())
    assert stack.calls[0] == ["configure", "sekrit"]
    assert stack.calls[-1] == ["create", {"value": "sekrit", "computed": 6}]
    assert "sekrit" not in json.dumps(stack.state("one")["inputs"])


def test_a_wrong_passphrase_is_said_to_be_wrong(stack: Stack) -> None:
    stack.environment["PULUMI_CONFIG_PASSPHRASE"] = "another"
    stack.configure({"encryptionsalt": SALT, "config": {"trial:key": {"secure": CIPHERTEXT}}})
    stack.program("")
    with pytest.raises(EngineError, match=r"(?i)passphrase"):
        stack.preview()


def test_the_forms_of_pulumi_are_read() -> None:
    passphrase = Passphrase({"PULUMI_CONFIG_PASSPHRASE": "pw"}, SALT)
    assert passphrase.decrypt(CIPHERTEXT) == "sekrit"
    assert passphrase.decrypt(passphrase.encrypt("grüße")) == "grüße"


def test_a_new_salt_opens_what_it_closed() -> None:
    environment = {"PULUMI_CONFIG_PASSPHRASE": "pw"}
    first = Passphrase(environment, None)
    ciphertext = first.encrypt("word")
    assert Passphrase(environment, first.salt).decrypt(ciphertext) == "word"


def test_a_passphrase_may_come_from_a_file(embedded: Stack) -> None:
    path = embedded.directory / "passphrase"
    path.write_text("pw\n")
    assert Passphrase({"PULUMI_CONFIG_PASSPHRASE_FILE": str(path)}, SALT).decrypt(CIPHERTEXT) == "sekrit"


@pytest.mark.parametrize("damaged", ["v1:M/g3KlPER4sB4O4N:Dw4tRAsdnngL5gFXgQB0i0Fx+EFbDw==", "v1:nonsense", ""])
def test_a_damaged_secret_is_told_from_a_wrong_passphrase(damaged: str) -> None:
    with pytest.raises(EngineError, match="damaged"):
        Passphrase({"PULUMI_CONFIG_PASSPHRASE": "pw"}, SALT).decrypt(damaged)


def test_without_a_passphrase_a_secret_is_refused_before_anything_is_done(
    embedded: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    embedded.program(PROGRAM)
    for operate in (embedded.preview, embedded.up):
        result = operate()
        assert "PULUMI_CONFIG_PASSPHRASE" in result.errors[0]
    assert embedded.calls == []


@pytest.mark.parametrize(
    "later",
    [
        'Thing("two", {"value": Output.secret(1)})',
        'pulumi.export("key", Output.secret(1))',
        'Thing("two", {"value": "b"}, pulumi.ResourceOptions(additional_secret_outputs=["made"]))',
    ],
)
def test_without_a_passphrase_nothing_is_done_before_the_secret_that_comes_last(
    embedded: Stack, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    embedded.program(f'Thing("one", {{"value": "a"}})\n{later}')
    result = embedded.up()
    assert not result.succeeded
    assert "There are secrets, and no passphrase to keep them with" in result.errors[0]
    assert "create" not in embedded.call_names


def test_a_passphrase_that_is_not_that_of_the_stack_is_said_before_anything_is_done(embedded: Stack) -> None:
    embedded.configure({"encryptionsalt": SALT})
    embedded.program('Thing("one", {"value": "a"})\nThing("two", {"value": Output.secret(1)})')
    embedded.environment["PULUMI_CONFIG_PASSPHRASE"] = "another"
    assert "The passphrase is wrong" in embedded.preview().errors[0]


def test_without_secrets_no_passphrase_is_needed(embedded: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    embedded.apply('Thing("one", {"value": "a"})')
    assert not embedded.up().has_changes

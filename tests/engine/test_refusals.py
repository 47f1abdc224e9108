"""What the embedded engine does not do: refused by name, with the advice to install the CLI."""

from __future__ import annotations

import json

import pytest

from pulumi_elastic_org.engine import EngineError, select

from .conftest import Stack

REFUSED = [
    ("option aliases", 'Thing("one", {}, ResourceOptions(aliases=[pulumi.Alias(name="old")]))'),
    ("option ignore_changes", 'Thing("one", {}, ResourceOptions(ignore_changes=["value"]))'),
    ("option import_", 'Thing("one", {}, ResourceOptions(import_="id"))'),
    ("option replace_on_changes", 'Thing("one", {}, ResourceOptions(replace_on_changes=["value"]))'),
    (
        "option custom_timeouts",
        'Thing("one", {}, ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="1m")))',
    ),
    ("option deleted_with", 'Thing("two", {}, ResourceOptions(deleted_with=Thing("one", {"value": "a"})))'),
    ("resource transforms", 'Thing("one", {}, ResourceOptions(transforms=[lambda args: None]))'),
    ("resource transforms", "pulumi.runtime.register_resource_transform(lambda args: None)"),
    ("resource hooks", 'pulumi.ResourceHook("hook", lambda args: None)'),
    ("functions of providers", 'pulumi.runtime.invoke("random:index:get", {})'),
    ("other packages than pulumi-python", 'pulumi.CustomResource("random:index:RandomId", "one", {})'),
    ("other packages than pulumi-python", 'pulumi.StackReference("other")'),
    ("other packages than pulumi-python", 'pulumi.ProviderResource("random", "one", {})'),
    ("assets, archives", 'Thing("one", {"value": pulumi.StringAsset("text")})'),
]


@pytest.mark.parametrize(("what", "program"), REFUSED)
def test_a_program_that_needs_more_is_refused_by_name(embedded: Stack, what: str, program: str) -> None:
    embedded.program(program)
    result = embedded.up()
    assert not result.succeeded
    assert len(result.errors) == 1
    assert what in result.errors[0]
    assert "Install the Pulumi CLI" in result.errors[0]
    assert "create" not in [call[0] for call in embedded.calls if call[-1] != {"value": "a", "computed": 1}]


def test_deleting_first_what_others_depend_on_is_refused(embedded: Stack) -> None:
    program = 'one = Thing("one", {"value": "a", "kind": "%s"})\nThing("two", {"value": one.made})'
    embedded.apply(program % "small")
    embedded.program(program % "alone")
    assert "deleting before replacement" in embedded.up().errors[0]
    assert "delete" not in embedded.call_names


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        ("Pulumi.yaml", "name: trial\nruntime: nodejs\n", "another runtime than python"),
        ("Pulumi.yaml", "name: trial\nruntime: {name: python, options: {more: 1}}\n", "the runtime option 'more'"),
        ("Pulumi.dev.yaml", "secretsprovider: awskms://key\n", "secrets providers other than a passphrase"),
        ("Pulumi.dev.yaml", "environment: [shared]\n", "Pulumi ESC environments"),
    ],
)
def test_a_project_that_needs_more_is_refused_before_it_runs(embedded: Stack, file: str, text: str, what: str) -> None:
    embedded.program('Thing("one", {"value": "a"})')
    (embedded.directory / file).write_text(text)
    with pytest.raises(EngineError, match=what):
        embedded.up()
    assert embedded.calls == []


@pytest.mark.parametrize(
    ("replaced", "by", "what"),
    [
        ("pulumi-python:dynamic/trial:Thing", "random:index:RandomId", "other packages than pulumi-python"),
        ('"version": 3', '"version": 4', "states of version 4"),
        ('"type": "passphrase"', '"type": "service"', "'service'"),
        ('"metadata": {}', '"pending_operations": [{}]', "interrupted operations"),
    ],
)
def test_a_state_that_needs_more_is_refused(embedded: Stack, replaced: str, by: str, what: str) -> None:
    embedded.apply('Thing("one", {"value": Output.secret("a")})')
    text = json.dumps(embedded.engine.export(embedded.workspace))
    assert replaced in text
    with pytest.raises(EngineError, match=what):
        embedded.engine.import_(embedded.workspace, json.loads(text.replace(replaced, by)))


def test_an_engine_is_chosen_by_name_or_by_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert select().name == "embedded"
    assert select("embedded").name == "embedded"
    with pytest.raises(EngineError, match="not on PATH"):
        select("pulumi")
    with pytest.raises(EngineError, match="pulumi, embedded"):
        select("terraform")

"""What the embedded engine does not do: refused by name, with the advice to install the CLI."""

from __future__ import annotations

import json

import pytest

from pulumi_elastic_org.engine import select
from pulumi_embedded.port import EngineError
from tests.support.things_stack import Stack

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
    ("option hide_diffs", 'Thing("one", {}, ResourceOptions(hide_diffs=["value"]))'),
    ("option version", 'Thing("one", {}, ResourceOptions(version="1.0.0"))'),
    ("option plugin_download_url", 'Thing("one", {}, ResourceOptions(plugin_download_url="https://plugins.example"))'),
    ("option replacement_trigger", 'Thing("one", {}, ResourceOptions(replacement_trigger="now"))'),
    ("option replace_with", 'Thing("two", {}, ResourceOptions(replace_with=[Thing("one", {"value": "a"})]))'),
    (
        "option env_var_mappings",
        'pulumi.ProviderResource("pulumi-python", "one", {}, ResourceOptions(env_var_mappings={"A": "B"}))',
    ),
    ("resource transforms", 'Thing("one", {}, ResourceOptions(transforms=[lambda args: None]))'),
    ("resource transforms", "pulumi.runtime.register_resource_transform(lambda args: None)"),
    ("resource hooks", 'pulumi.ResourceHook("hook", lambda args: None)'),
    ("error hooks", 'pulumi.ErrorHook("hook", lambda args: False)'),
    ("invoke transforms", "pulumi.runtime.register_invoke_transform(lambda args: None)"),
    ("methods of resources", 'pulumi.runtime.call("random:index:get", {})'),
    ("require a version of the Pulumi CLI", 'pulumi.require_pulumi_version(">=3.0.0")'),
    ("remote components", 'pulumi.ComponentResource("random:index:Group", "one", {}, remote=True)'),
    ("functions of providers", 'pulumi.runtime.invoke("random:index:get", {})'),
    ("other packages than pulumi-python", 'pulumi.CustomResource("random:index:RandomId", "one", {})'),
    ("other packages than pulumi-python", 'pulumi.StackReference("other")'),
    ("other packages than pulumi-python", 'pulumi.ProviderResource("random", "one", {})'),
    ("assets, archives", 'Thing("one", {"value": pulumi.StringAsset("text")})'),
    ("assets, archives", 'Thing("one", {"value": pulumi.AssetArchive({"a": pulumi.StringAsset("text")})})'),
    ("resource references", 'Thing("two", {"value": Thing("one", {"value": "a"})})'),
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
        ("Pulumi.yaml", "name: trial\nruntime: python\nplugins: {providers: []}\n", "plugins of a project"),
        ("Pulumi.yaml", "name: trial\nruntime: python\npackages: {random: random}\n", "packages of a project"),
        ("Pulumi.yaml", "name: trial\nruntime: python\noptions: {refresh: always}\n", "options of the engine"),
        (
            "Pulumi.yaml",
            "name: trial\nruntime: python\nbackend: {url: 's3://bucket'}\n",
            "backends that a project names",
        ),
        ("Pulumi.yaml", "name: trial\nruntime: python\nrequiredPulumiVersion: '>=3'\n", "a version of the Pulumi CLI"),
        ("Pulumi.yaml", "name: trial\nruntime: python\nlater: 1\n", "the setting 'later'"),
        ("Pulumi.yaml", "name: trial\nruntime: {name: python, later: 1}\n", "the runtime setting 'later'"),
        ("Pulumi.dev.yaml", "encryptedkey: abc\n", "secrets providers other than a passphrase"),
        ("Pulumi.dev.yaml", "later: 1\n", "the setting 'later'"),
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


def test_a_stack_on_a_remote_backend_is_refused_before_it_runs(embedded: Stack) -> None:
    embedded.program('Thing("one", {"value": "a"})')
    embedded.environment["PULUMI_BACKEND_URL"] = "s3://key:secret@bucket"
    with pytest.raises(EngineError, match="remote backends") as refusal:
        embedded.up()
    assert "secret" not in str(refusal.value)
    assert embedded.calls == []


@pytest.mark.parametrize(
    ("schema", "stack", "message"),
    [
        ("{type: string}", "", "Stack 'dev' is missing configuration value 'trial:word'."),
        ("{type: integer}", "many", "Stack 'dev' with configuration key 'trial:word' must be of type 'integer'."),
        ("{type: boolean}", "1", "Stack 'dev' with configuration key 'trial:word' must be of type 'boolean'."),
        ("{type: array}", "a, b", "Stack 'dev' with configuration key 'trial:word' must be of type 'array'."),
        (
            "{type: string, secret: true}",
            "x",
            "Stack 'dev' with configuration key 'trial:word' must be encrypted as it's secret.",
        ),
    ],
)
def test_configuration_that_is_not_as_the_project_declares_it_is_refused(
    embedded: Stack, schema: str, stack: str, message: str
) -> None:
    embedded.program('Thing("one", {"value": "a"})')
    project = f"name: trial\nruntime: python\nmain: program\nconfig:\n  word: {schema}\n"
    (embedded.directory / "Pulumi.yaml").write_text(project)
    embedded.configure({"config": {"trial:word": stack}} if stack else {})
    with pytest.raises(EngineError) as refusal:
        embedded.up()
    assert str(refusal.value) == message
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

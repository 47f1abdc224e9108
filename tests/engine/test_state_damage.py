"""A state that is damaged, foreign or beyond the embedded engine is refused with what is wrong, and left as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_embedded.passphrase import Passphrase
from pulumi_embedded.port import EngineError
from pulumi_embedded.state import StateFile
from pulumi_embedded.values import SECRET_SIGNATURE, SIGNATURE
from tests.support.things_stack import Stack

OWN = "urn:pulumi:dev::trial::"
RECORD = Path(__file__).parents[1] / "releases" / "v0_1_0" / "people" / "embedded.json"
RECORDED = {"PULUMI_CONFIG_PASSPHRASE": "passphrase of every record"}
PASSPHRASE = {"PULUMI_CONFIG_PASSPHRASE": "correct horse battery staple"}
SUBSTITUTES: tuple[Any, ...] = (None, 5, "x", [], {}, True)

Change = Callable[[dict[str, Any]], object]


def valid() -> dict[str, Any]:
    """A state of the stack `dev` of the project `trial`: the stack, a provider, and a thing with a secret."""
    passphrase = Passphrase(PASSPHRASE, None)
    secret = {SIGNATURE: SECRET_SIGNATURE, "ciphertext": passphrase.encrypt('"hunter2"')}
    provider = f"{OWN}pulumi:providers:pulumi-python::default"
    resources = [
        {
            "urn": f"{OWN}pulumi:pulumi:Stack::trial-dev",
            "custom": False,
            "type": "pulumi:pulumi:Stack",
            "outputs": {"a": 1},
        },
        {"urn": provider, "custom": True, "type": "pulumi:providers:pulumi-python", "id": "p1"},
        {
            "urn": f"{OWN}pulumi-python:dynamic/trial:Thing::one",
            "custom": True,
            "id": "id-a",
            "type": "pulumi-python:dynamic/trial:Thing",
            "inputs": {"word": secret},
            "provider": f"{provider}::p1",
        },
    ]
    secrets = {"type": "passphrase", "state": {"salt": passphrase.salt}}
    return {"version": 3, "deployment": {"manifest": {}, "secrets_providers": secrets, "resources": resources}}


def thing(state: dict[str, Any]) -> dict[str, Any]:
    """The thing of a `valid` state."""
    found: dict[str, Any] = state["deployment"]["resources"][2]
    return found


TEXTS = {
    "an empty file": (b"", "it is not JSON, or breaks off"),
    "half of it": (json.dumps(valid()).encode()[:300], "it is not JSON, or breaks off"),
    "no text": (b"\xff\xfe\x00\x81", "it is not JSON, or breaks off"),
    "a bottomless list": (b"[" * 200_000, "it is not JSON, or breaks off"),
    "another document": (b'["state"]', "it is not a JSON object"),
}
DAMAGES: dict[str, tuple[Change, str]] = {
    "no version": (lambda it: it.pop("version"), "`version` is missing"),
    "a version in words": (lambda it: it.update(version="3"), "`version` is missing, or is not a number"),
    "no deployment": (lambda it: it.pop("deployment"), "`deployment` is missing"),
    "resources by name": (lambda it: it["deployment"].update(resources={}), "`deployment.resources` is not a list"),
    "no resource": (lambda it: it["deployment"]["resources"].append("one"), "resource 4 is not an object"),
    "no urn": (lambda it: thing(it).pop("urn"), "resource 3 has no `urn`"),
    "a torn urn": (lambda it: thing(it).update(urn="urn:pulumi:dev"), "`urn` is not a URN of type pulumi-python:"),
    "another type": (lambda it: thing(it).update(type="pulumi-python:dynamic:Other"), "`urn` is not a URN of type"),
    "dependencies as one": (
        lambda it: thing(it).update(dependencies="all"),
        "Thing::one): `dependencies` is not a list of strings",
    ),
    "a flag in words": (lambda it: thing(it).update(protect="yes"), "`protect` is not true or false"),
    "no id": (lambda it: thing(it).pop("id"), "`id` is missing"),
    "a provider that is gone": (lambda it: it["deployment"]["resources"].pop(1), "its `provider` is not in the state"),
    "one twice": (lambda it: it["deployment"]["resources"].append(thing(it)), "Thing::one is there twice"),
    "a secret without its text": (lambda it: thing(it)["inputs"]["word"].pop("ciphertext"), "a secret in its `inputs`"),
    "secrets of no provider": (lambda it: it["deployment"].update(secrets_providers=[]), "not an object with a `type`"),
}
FOREIGN: dict[str, tuple[Change, str]] = {
    "of another stack": (
        lambda it: thing(it).update(urn=thing(it)["urn"].replace("dev", "prod")),
        "is of another stack",
    ),
    "of another project": (
        lambda it: thing(it).update(urn=thing(it)["urn"].replace("trial::", "shop::")),
        "is of another stack",
    ),
    "a checkpoint": (
        lambda it: it.update(checkpoint={"latest": it.pop("deployment")}),
        "is a checkpoint of the Pulumi CLI's own backend, not an exported state",
    ),
    "newer": (lambda it: it.update(version=4), r"does not do states of version 4 \(newer than its own, 3\)"),
    "older": (lambda it: it.update(version=2), r"does not do states of version 2 \(older"),
    "with secrets of Pulumi Cloud": (
        lambda it: it["deployment"].update(secrets_providers={"type": "service", "state": {"url": "https://api"}}),
        "secrets are kept by 'service'.*change-secrets-provider passphrase",
    ),
    "with secrets of AWS": (
        lambda it: it["deployment"].update(secrets_providers={"type": "cloud", "state": {"url": "awskms://1"}}),
        "secrets are kept by 'cloud'",
    ),
    "interrupted": (
        lambda it: it["deployment"].update(pending_operations=[{"resource": thing(it), "type": "creating"}]),
        "states with interrupted operations; run `pulumi refresh` first",
    ),
    "of another package": (
        lambda it: thing(it).update(type="aws:s3:Bucket", urn=f"{OWN}aws:s3:Bucket::one"),
        "resources of other packages than pulumi-python",
    ),
    "with a secret of another stack": (
        lambda it: thing(it)["inputs"]["word"].update(ciphertext="v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        "A secret cannot be decrypted",
    ),
    "without its salt": (lambda it: it["deployment"].pop("secrets_providers"), "no salt to decrypt them with"),
}


@pytest.fixture
def path(embedded: Stack) -> Path:
    """Where the state of the embedded engine is."""
    path = embedded.directory / ".elastic-org" / "state" / "dev.json"
    path.parent.mkdir(parents=True)
    return path


def refusal(embedded: Stack, path: Path, content: bytes) -> str:
    """What is said of a state, which is left as it is."""
    path.write_bytes(content)
    with pytest.raises(EngineError) as refused:
        embedded.engine.outputs(embedded.workspace)
    assert path.read_bytes() == content
    return str(refused.value)


def test_the_state_that_is_damaged_below_is_valid(embedded: Stack, path: Path) -> None:
    path.write_text(json.dumps(valid()))
    assert embedded.engine.outputs(embedded.workspace) == {"a": 1}


@pytest.mark.parametrize("damage", [*TEXTS, *DAMAGES])
def test_a_damaged_state_is_refused_with_where_and_what(embedded: Stack, path: Path, damage: str) -> None:
    if damage in TEXTS:
        content, what = TEXTS[damage]
    else:
        state = valid()
        change, what = DAMAGES[damage]
        change(state)
        content = json.dumps(state).encode()

    said = refusal(embedded, path, content)

    assert f"The state {path} is damaged: " in said
    assert what in said
    assert "It is left as it is." in said


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_state_that_is_not_this_engines_is_refused_with_whose_it_is(embedded: Stack, path: Path, kind: str) -> None:
    state = valid()
    change, what = FOREIGN[kind]
    change(state)

    said = refusal(embedded, path, json.dumps(state).encode())

    assert str(path) in said
    with pytest.raises(EngineError, match=what):
        raise EngineError(said)


@pytest.mark.parametrize(
    ("environment", "what"),
    [
        ({"PULUMI_CONFIG_PASSPHRASE": "wrong"}, "The passphrase is wrong"),
        ({"PULUMI_CONFIG_PASSPHRASE_FILE": "/nowhere"}, "passphrase file /nowhere cannot be read: No such file"),
        ({"PULUMI_CONFIG_PASSPHRASE_FILE": str(Path(__file__).parent)}, "cannot be read: it is not a regular file"),
        ({}, "no passphrase to keep them with. Set PULUMI_CONFIG_PASSPHRASE or"),
    ],
)
def test_without_its_passphrase_a_state_is_refused(
    embedded: Stack, path: Path, environment: dict[str, str], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    embedded.environment |= environment
    said = refusal(embedded, path, json.dumps(valid()).encode())
    assert what in said
    assert str(path) in said
    assert "hunter2" not in said


def test_a_passphrase_file_that_is_no_text_is_refused(
    embedded: Stack, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    file = tmp_path / "passphrase"
    file.write_bytes(b"\xff\xfe\x81")
    embedded.environment["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(file)
    assert f"passphrase file {file} cannot be read: it is not text" in refusal(
        embedded, path, json.dumps(valid()).encode()
    )


@pytest.mark.parametrize("operation", ["preview", "up", "refresh", "destroy"])
def test_every_operation_refuses_a_damaged_state_before_anything_is_done(
    embedded: Stack, path: Path, operation: str
) -> None:
    embedded.program('Thing("one", {"value": "a"})')
    path.write_text('{"version": 3}')
    with pytest.raises(EngineError, match="is damaged: `deployment` is missing"):
        getattr(embedded, operation)()
    assert path.read_text() == '{"version": 3}'
    assert [one.name for one in path.parent.iterdir()] == ["dev.json"]
    assert embedded.calls == []


def test_the_backup_is_named_where_there_is_one(embedded: Stack, path: Path) -> None:
    path.with_name("dev.json.bak").write_text(json.dumps(valid()))
    assert f"{path}.bak is the state before the last operation: copy it to dev.json" in refusal(embedded, path, b"")


def test_a_state_that_cannot_be_read_is_no_missing_one(embedded: Stack, path: Path) -> None:
    path.mkdir()
    with pytest.raises(EngineError, match=r"dev\.json cannot be read: it is not a regular file"):
        embedded.engine.outputs(embedded.workspace)


def test_a_damaged_state_is_not_taken_over(embedded: Stack, path: Path) -> None:
    state = valid()
    thing(state).pop("id")
    with pytest.raises(EngineError, match=r"The state cannot be taken over: .*Thing::one\): `id` is missing"):
        embedded.engine.import_(embedded.workspace, state)
    assert not path.exists()


class TestEveryNode:
    """A recorded state in which one node after the other is missing, or is something else."""

    @pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.trust)])
    def test_is_read_or_refused_and_never_breaks_the_engine(self, tmp_path: Path, every: int) -> None:
        path = tmp_path / "dev.json"
        refused = tried = 0
        for text in list(mutants(json.loads(RECORD.read_text())))[::every]:
            path.write_text(text)
            tried += 1
            try:
                StateFile(path, "urn:pulumi:dev::people::", RECORDED, None).load()
            except EngineError as error:
                refused += str(path) in str(error)
        assert tried > 3_000 / every
        assert refused > 600 / every

    @pytest.mark.parametrize("every", [101, pytest.param(1, marks=pytest.mark.trust)])
    def test_that_breaks_off_anywhere_is_refused(self, tmp_path: Path, every: int) -> None:
        content = RECORD.read_bytes().rstrip()
        path = tmp_path / "dev.json"
        for end in range(0, len(content), every):
            path.write_bytes(content[:end])
            with pytest.raises(EngineError, match="is damaged: it is not JSON, or breaks off"):
                StateFile(path, "urn:pulumi:dev::people::", RECORDED, None).load()


def mutants(document: Any) -> Iterator[str]:
    """The document, as text, without each of its nodes, and with others in its place."""
    for holder, key in list(nodes({"document": document})):
        kept = holder[key]
        for substitute in SUBSTITUTES:
            holder[key] = substitute
            yield json.dumps(document)
        if isinstance(holder, dict):
            del holder[key]
            yield json.dumps(document)
        holder[key] = kept


def nodes(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Where there are nodes: what holds each, and under which key or index."""
    for key in holder if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ():
        yield holder, key
        yield from nodes(holder[key])

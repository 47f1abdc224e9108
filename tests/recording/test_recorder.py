"""A recording goes on where one call of many fails, and takes away as much as it can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elastic_cloud_emulator import Emulator, Exchange, Fault, Watcher
from pulumi_elastic_org.audit import read_trail
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.recording.probes import PROBES, READS, WRITES
from pulumi_elastic_org.recording.recorder import Heard, Recorder

ORGANIZATION, KEY = "7305182946", "key-of-an-owner"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.cloud.add_organization("acme test", id=ORGANIZATION)
        owner = {"organization": [{"role_id": "organization-admin"}]}
        running.cloud.add_member(ORGANIZATION, "owner@acme.example", owner, key=KEY)
        yield running


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def recorder(emulator: Emulator, said: list[str]) -> Recorder:
    heard = Heard()
    patience = Patience(sleep=lambda _: None)
    return Recorder(
        Session(emulator.endpoint, KEY, transport=heard, patience=patience), heard, ORGANIZATION, said.append
    )


def test_a_read_at_which_the_service_fails_is_left_out_and_told(
    emulator: Emulator, recorder: Recorder, said: list[str]
) -> None:
    emulator.faults.add(Fault(kind="server_error", path="/role_mappings", times=None))
    recorder.play(READS)

    assert {one.name for one in READS} - {one.probe for one in recorder.recording().exchanges} == {"role mappings"}
    assert [one for one in said if one.startswith("left out: cannot record 'role mappings'")]


def test_a_refusal_that_is_not_of_the_api_s_form_is_recorded_without_a_body(
    emulator: Emulator, recorder: Recorder
) -> None:
    class Proxy(Watcher):
        def answered(self, exchange: Exchange) -> None:
            if exchange.request.path.endswith("/idp") and exchange.response is not None:
                exchange.response.set_data("<html>Not here, Acme</html>")

    emulator.watchers.append(Proxy())
    recorder.play(READS)

    [found] = [one for one in recorder.recording().exchanges if one.probe == "identity provider"]
    assert (found.status, found.codes, found.body) == (404, (), None)


def test_calls_that_depend_on_a_refused_one_are_left_out(
    emulator: Emulator, recorder: Recorder, said: list[str]
) -> None:
    emulator.faults.add(Fault(kind="forbidden", method="POST", path="/invitations", times=None))
    recorder.play(WRITES)

    recorded = [one.probe for one in recorder.recording().exchanges]
    assert "people invited" in recorded
    assert "invitation by its token" not in recorded
    assert "API key deleted" in recorded
    assert [one for one in said if one.startswith("left out: invitation by its token, since nothing has {token_a}")]


def test_what_cannot_be_taken_away_is_named_and_keeps_nothing_else(emulator: Emulator, recorder: Recorder) -> None:
    recorder.play(WRITES[:1])
    recorder.play([one for one in WRITES if one.name.endswith(" created")])
    emulator.faults.add(Fault(kind="forbidden", method="DELETE", path="/invitations/", times=None))

    with pytest.raises(
        CloudError, match=rf"the invitation of {recorder.own_names}-a@example.com is still there"
    ) as raised:
        recorder.clean_up()
    assert str(raised.value).count("is still there") == 3
    assert [one for one in emulator.cloud.keys.values() if one.description.startswith(recorder.own_names)] == []


def test_what_a_list_does_not_show_yet_is_taken_away(emulator: Emulator, recorder: Recorder) -> None:
    recorder.play(WRITES[:1])
    emulator.faults.add(
        Fault(kind="amended", method="GET", path="/invitations", amendment={"invitations": []}, times=1)
    )
    recorder.clean_up()

    assert not emulator.cloud.organization(ORGANIZATION).invitations


def test_each_write_is_in_the_audit_trail(recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trail = tmp_path / "audit.jsonl"
    monkeypatch.setenv("ELASTIC_ORG_AUDIT_LOG", str(trail))
    recorder.play(PROBES)

    assert [(one.change, one.result) for one in read_trail(trail)] == [
        (one.writes, "done") for one in PROBES if one.writes
    ]

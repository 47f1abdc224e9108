"""Neither the API key nor an invitation's token is found in state, in any output or in any error."""

from __future__ import annotations

import json
from datetime import timedelta

from elastic_cloud_emulator.faults import Fault
from tests.support.acme import ADMIN_KEY, SECOND_ADMIN, Acme, Stack

GUARDS = "guards=elastic.Guards(max_removals=0, min_admins=3, protected=('ada@acme.example',), allowed_domains=('x.example',))"


def test_no_secret_is_shown_or_stored(stack: Stack, acme: Acme) -> None:
    shown: list[str] = []

    def run(*operations: str) -> None:
        for operation in operations:
            result = getattr(stack, operation)()
            shown.append(
                repr(result) + repr(result.diagnostics) + repr(result.steps) + json.dumps(result.outputs, default=str)
            )
            shown.extend(json.dumps([step.old_inputs, step.new_inputs], default=str) for step in result.steps)

    people: dict[str, list[str]] = {"ada@acme.example": ["billing-admin"], "bob@acme.example": []}
    stack.roster(people)
    run("preview", "up", "refresh")
    acme.cloud.accept(acme.id, "ada@acme.example")
    acme.cloud.add_deployment(acme.id, "search", owner="ada@acme.example")
    acme.emulator.clock.advance(timedelta(hours=73))
    run("preview", "up")
    acme.join("stranger@acme.example")
    stack.roster({SECOND_ADMIN: [], "eve@elsewhere.example": []}, extra=GUARDS)
    run("preview", "up")
    for kind in ("server_error", "html_page", "invalid_json", "connection_dropped"):
        stack.roster({})
        acme.emulator.faults.add(Fault(kind=kind, times=8))
        run("preview")
        acme.emulator.faults.clear()
    acme.emulator.faults.add(Fault(kind="server_error", method="DELETE", times=None))
    confirmed = "{'stranger@acme.example': elastic.Override(('unmanaged-people',), 'nobody knows them')}"
    stack.roster(
        {"ada@acme.example": ["billing-admin"]},
        extra=f"guards=elastic.Guards(max_removals='100%', overrides={confirmed})",
    )
    run("up")
    acme.emulator.faults.clear()
    run("up", "destroy")

    tokens = [message.token for message in acme.emulator.outbox.messages]
    assert len(tokens) >= 3
    state = json.dumps(stack.engine.export(stack.workspace))
    files = "".join(path.read_text(errors="replace") for path in stack.directory.rglob("*") if path.is_file())
    for secret in (ADMIN_KEY, *tokens):
        assert not any(secret in text for text in (*shown, state, files))

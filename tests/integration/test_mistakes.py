"""Bad input and a bad key give one clear message before anything is changed, never a traceback."""

from __future__ import annotations

import pytest

from tests.support.acme import Acme, Stack, text

MISTAKES = {
    "an unknown role": (
        "elastic.Roster('acme', members={'ada@acme.example': ['deploymnt-editor on all']}, mode='authoritative')",
        "did you mean 'deployment-editor'?",
    ),
    "the console's word for a role": (
        "elastic.Roster('acme', members={'ada@acme.example': ['organization-owner']}, mode='authoritative')",
        "did you mean 'organization-admin'?",
    ),
    "a misspelled role that begins with a scope": (
        "elastic.Member('ada', 'ada@acme.example', ['deployment-viewr on all'])",
        "did you mean 'deployment-viewer'?",
    ),
    "a misspelled role in a function": (
        "elastic.Roster('acme', members={'ada@acme.example': [elastic.deployment('edtor')]}, mode='authoritative')",
        "'edtor' is not a known role of the scope deployment; did you mean 'editor'?",
    ),
    "an address twice": (
        "elastic.Roster('acme', members={'ada@acme.example': [], 'ADA@acme.example': []}, mode='authoritative')",
        "ADA@acme.example: is the same address as ada@acme.example",
    ),
    "no address": (
        "elastic.Roster('acme', members={'ada': []}, mode='authoritative')",
        "ada:",
    ),
    "no mode": (
        "elastic.Roster('acme', members={}, mode='all')",
        "mode: must be 'authoritative' or 'additive', not 'all'",
    ),
    "a role on all and on a target": (
        "elastic.Roster('acme', members={'ada@acme.example': [elastic.deployment('editor'),"
        " elastic.deployment('editor', on=['a1b2'])]}, mode='additive')",
        "deployment-editor on all already covers a1b2",
    ),
    "a person in two rosters": (
        "elastic.Roster('acme', members={'ada@acme.example': []}, mode='additive')\n"
        "elastic.Roster('other', members={'Ada@acme.example': []}, mode='additive')",
        "Ada@acme.example is claimed by Roster 'acme' and by Roster 'other'",
    ),
    "an unknown guard in an override": (
        "elastic.Roster('acme', members={}, mode='additive', guards=elastic.Guards("
        "overrides={'ada@acme.example': elastic.Override(('own-resources',), 'why')}))",
        "there is no guard own-resources",
    ),
    "a share that is none": (
        "elastic.Roster('acme', members={}, mode='additive', guards=elastic.Guards(max_removals='some'))",
        "max_removals must be a number or a share such as '25%', not 'some'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_program_is_named_and_nothing_is_done(stack: Stack, acme: Acme, mistake: str) -> None:
    program, message = MISTAKES[mistake]
    stack.program(program)
    result = stack.preview()
    assert not result.succeeded
    assert message in text(result)
    assert "Traceback" not in text(result)
    assert not any(call.method in {"POST", "DELETE"} for call in acme.emulator.calls.all())


def test_a_key_that_is_refused_is_explained(stack: Stack) -> None:
    stack.roster({})
    stack.environment["EC_API_KEY"] = "rotated-away"
    result = stack.preview()
    assert not result.succeeded
    assert "EC_API_KEY" in text(result)
    assert "rotated-away" not in text(result)
    assert "Traceback" not in text(result)


def test_a_missing_key_is_explained(stack: Stack) -> None:
    stack.roster({})
    stack.environment["EC_API_KEY"] = ""
    result = stack.preview()
    assert not result.succeeded
    assert "no API key for Elastic Cloud: set EC_API_KEY" in text(result)


def test_a_key_in_plain_configuration_is_refused(stack: Stack) -> None:
    stack.roster({})
    stack.environment["EC_API_KEY"] = ""
    stack.config["elastic-org:apiKey"] = "in-the-clear"
    result = stack.preview()
    assert not result.succeeded
    assert "elastic-org:apiKey is stored in the clear" in text(result)
    assert "in-the-clear" not in text(result).replace("stored in the clear", "")


def test_one_address_that_the_api_refuses_does_not_stop_the_others(stack: Stack, acme: Acme) -> None:
    refused = "taken@acme.example"
    acme.join(refused)
    acme.emulator.switches.hide_email = frozenset({acme.cloud.user(refused).id})
    stack.roster({"ada@acme.example": [], refused: [], "bob@acme.example": []}, mode="additive")
    result = stack.up()
    assert not result.succeeded
    assert refused in text(result)
    assert acme.invited() == {"ada@acme.example", "bob@acme.example"}

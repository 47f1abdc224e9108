"""A sample of `make trust`: whatever happens to a call about an API key, one works, each is known by its name, and none shows."""

from __future__ import annotations

import pytest

from elastic_cloud_emulator import Emulator
from tests.trust import keys
from tests.trust.faults import FAULTS, kinds_at
from tests.trust.keys import CREATED, LEVELS, ROTATED, Organization, process_level
from tests.trust.kills import KILLS
from tests.trust.organization import KEY, ORGANIZATION
from tests.trust.trials import Trial


@pytest.mark.parametrize("level", LEVELS)
def test_a_fault_at_any_call_leaves_a_key_that_works_and_no_other(level: str) -> None:
    answered = [kind for kind in FAULTS if FAULTS[kind].kind != "unanswered"]  # each of the others costs seconds
    tried = [(site, kind) for site in keys.call_sites(level) for kind in kinds_at(site) if kind in answered]
    wrong = []
    for number, (site, kind) in enumerate(tried[::3]):
        judgement = keys.attempt(Trial(kind, site, number % 2 == 0, level))
        wrong += [f"{judgement}: {one}" for one in judgement.wrong]
    assert wrong == []


def test_a_key_that_was_answered_and_is_not_there_is_in_no_state_in_clear(engine_name: str) -> None:
    level = process_level(engine_name, CREATED)
    [creates] = [site for site in keys.call_sites_of_processes(level) if site.method == "POST"]
    judgement = keys.kill(Trial("success without the effect", creates, lasting=False, level=level))
    assert judgement.wrong == ()
    [said] = judgement.said
    assert "answered with success and does not show the API key" in said


@pytest.mark.parametrize("kind", KILLS)
def test_a_rotation_that_is_killed_leaves_a_key_that_works_and_no_other(engine_name: str, kind: str) -> None:
    level = process_level(engine_name, ROTATED)
    [creates] = [site for site in keys.call_sites_of_processes(level) if site.method == "POST"]
    judgement = keys.kill(Trial(kind, creates, lasting=False, level=level))
    assert judgement.wrong == ()
    assert judgement.said == ("killed",)


@pytest.mark.parametrize("wrong", ["no key works", "no run knows", "in clear in what was said", "as an owner"])
def test_what_must_not_be_is_seen(wrong: str) -> None:
    with Emulator() as emulator:
        organization, cloud = Organization(emulator, deleted=False), emulator.cloud
        made = cloud.add_key(
            "root@acme.example", organization=ORGANIZATION, description="ci [elastic-org a/b/ci 01234567]"
        )
        organization.worked("GET", "/")
        assert organization.violations == []
        if wrong == "no key works":
            cloud.remove_key(made)
        elif wrong == "no run knows":
            cloud.add_key("root@acme.example", organization=ORGANIZATION, description="whose?")
        elif wrong == "as an owner":
            cloud.remove_key(cloud.keys[KEY])
        else:
            organization.texts = lambda: [("what was said", f"the key is {made.secret}")]
        organization.worked("GET", "/")
        assert [one for one in organization.violations if wrong in one]


def test_a_key_that_is_left_over_is_no_end() -> None:
    with Emulator() as emulator:
        organization = Organization(emulator, deleted=False)
        named = "ci [elastic-org a/b/ci 01234567]"
        made = [
            emulator.cloud.add_key("root@acme.example", organization=ORGANIZATION, description=named) for _ in range(2)
        ]
        trial = Trial("403", keys.call_sites(CREATED)[0], lasting=False, level=CREATED)
        judgement = organization.judged(trial, met=True, runs=[None, None, None], state=made[0].secret)
        assert not judgement.converged

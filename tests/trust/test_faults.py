"""A sample of `make trust`: faults at calls that are spread over an update; each converges, and nothing is violated on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.trust import kills, trials
from tests.trust.campaign import IN_PROCESS
from tests.trust.faults import FAULTS, CallSite, only_for_writes
from tests.trust.kills import KILLS, SIGNALS
from tests.trust.orphans import batches, before_looks, orphan
from tests.trust.trials import Trial

KINDS = list(FAULTS)
SAMPLES = [(kind, lasting) for kind in KINDS for lasting in (False, True)]


@pytest.mark.parametrize(("kind", "lasting"), SAMPLES, ids={True: "lasting", False: "once"}.get)
def test_an_update_converges_whatever_call_fails(sites: list[CallSite], kind: str, lasting: bool) -> None:
    writes = [site for site in sites if not site.reads]
    among = writes if only_for_writes(FAULTS[kind]) else sites
    site = among[(SAMPLES.index((kind, lasting)) * 7) % len(among)]
    judgement = trials.attempt(Trial(kind, site, lasting, IN_PROCESS))
    assert judgement.wrong == ()
    assert not (lasting and judgement.recovered)


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_update_did_before_it_failed_is_taken_back_by_its_revert(sites: list[CallSite], kind: str) -> None:
    writes = [site for site in sites if not site.reads]
    site = writes[(KINDS.index(kind) * 5) % len(writes)]
    assert trials.attempt(Trial(kind, site, lasting=True, level=trials.REVERTED)).wrong == ()


@pytest.mark.parametrize("kind", KILLS)
def test_an_update_that_is_killed_converges_with_the_next_run(sites_of_a_process: list[CallSite], kind: str) -> None:
    invitations = [site for site in sites_of_a_process if site.method == "POST" and "invitations" in site.path]
    judgement = kills.attempt(Trial(kind, invitations[0], lasting=False, level="embedded"))
    assert judgement.wrong == ()
    assert judgement.said == ("killed",)


@pytest.mark.parametrize("kind", SIGNALS)
def test_an_update_that_is_told_to_end_releases_its_lock_and_the_next_run_converges(
    sites_of_a_process: list[CallSite], kind: str
) -> None:
    invitations = [site for site in sites_of_a_process if site.method == "POST" and "invitations" in site.path]
    assert kills.attempt(Trial(kind, invitations[0], lasting=False, level="embedded")).wrong == ()


@pytest.mark.parametrize(
    "when", [lambda sites: batches(sites)[0], lambda sites: before_looks(sites)[-1]], ids=["first", "look"]
)
def test_a_provider_whose_engine_is_killed_begins_no_other_batch_and_ends(
    sites_of_a_process: list[CallSite], when: Callable[[list[CallSite]], CallSite], engine_name: str
) -> None:
    found = orphan(when(sites_of_a_process), engine_name)
    assert found.wrong == ()
    assert found.said.startswith("Pulumi's engine is gone")

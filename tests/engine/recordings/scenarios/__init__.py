"""Every scenario that is recorded."""

from __future__ import annotations

from ..scenario import Scenario
from . import components, failures, life, options, programs, providers, refreshes, values

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for module in (life, components, providers, options, values, refreshes, programs, failures)
    for scenario in module.SCENARIOS
}

"""Shows the campaign's table: ``python -m tests.inputs [EXAMPLES [SEED]]``."""

from __future__ import annotations

import sys

from tests.inputs.campaign import Campaign, run

EXAMPLES = 2_000
_SHOWN = 50


def table(campaign: Campaign) -> str:
    """Returns the figures, and the first of what was wrong."""
    lines = [f"{'input':<32}{'tried':>8}{'accepted':>10}{'refused':>9}{'violations':>12}"]
    for row in campaign.rows:
        lines.append(f"{row.name:<32}{row.tried:>8}{row.accepted:>10}{row.refused:>9}{len(row.violations):>12}")
    return "\n".join([*lines, *campaign.violations[:_SHOWN]]) + "\n"


def main(arguments: list[str]) -> int:
    """Runs the campaign; the exit code is 1 where something was wrong."""
    examples, seed = [*map(int, arguments), *(EXAMPLES, 0)[len(arguments) :]][:2]
    campaign = run(examples, seed)
    sys.stdout.write(table(campaign))
    return 1 if campaign.violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

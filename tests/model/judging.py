"""Plans as the guards see them, and what they say."""

from __future__ import annotations

from typing import Any

from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.guards import judge
from pulumi_elastic_org.model.ownership import Ownership
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Member
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.verdicts import Situation, Verdict
from tests.support.builders import NOW, applied, names, organization

NOBODY_OWNS = Ownership({}, ())
OPERATOR = "id-of-the-operator"
"""Whose key it is, unless a test says otherwise: that of nobody whom plans are about."""


def situation(
    wanted: Desired,
    *people: Member | Invitation,
    before: Applied | None = None,
    own_user_id: str | None = OPERATOR,
    ownership: Ownership | None = NOBODY_OWNS,
    **settings: Any,
) -> Situation:
    """A plan for the wanted people, all of the others managed before, with every guard that is not asked about left wide open."""
    actual = organization(*people)
    known = before if before is not None else applied(*(one.email for one in people if one.email))
    wide_open: dict[str, Any] = {"max_removals": "100%", "min_admins": 0}
    return Situation(
        plan(wanted, actual, NOW, known),
        actual,
        Guards(**{**wide_open, **settings}),
        own_user_id,
        ownership,
        (known.user_ids,),
        known.protected,
    )


def verdict(*args: Any, **more: Any) -> Verdict:
    return judge(situation(*args, **more))


def refused(*args: Any, **more: Any) -> list[tuple[str, str | None]]:
    return names(verdict(*args, **more).violations)

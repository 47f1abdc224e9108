"""A person is claimed by one resource of a program."""

from __future__ import annotations

import pulumi
import pytest

from pulumi_elastic_org.dynamic.program import claim


@pulumi.runtime.test  # type: ignore[untyped-decorator]
def test_a_person_who_is_claimed_twice_is_refused_naming_both_resources() -> None:
    claim("Member 'a'", ["twice@claims.example"], None)
    with pytest.raises(
        pulumi.RunError, match=r"Twice@claims\.example is claimed by Member 'a' and by Roster 'everybody'"
    ):
        claim("Roster 'everybody'", ["other@claims.example", "Twice@claims.example"], None)

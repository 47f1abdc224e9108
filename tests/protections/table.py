"""What keeps people from harm, and for each of these protections the test that fails without it.

A protection is disabled by putting a stand-in for one function or method; `run` does that in a process of its own.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pulumi_elastic_org.apply.applier import Applier
from pulumi_elastic_org.model.changes import AddGrants, Change, Plan
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.people import Member

GUARDS = "pulumi_elastic_org.model.guards"
APPLY = "pulumi_elastic_org.apply"
ROOMS = "pulumi_elastic_org"

_apply = Applier.apply
_accounts = Accounts.of


@dataclass(frozen=True)
class Protection:
    """One protection.

    Args:
        where: The module, and in it the function or method that protects, such as ``"a.b:Class.method"``.
        stand_in: What is called in its place when it is disabled.
        test: The test that fails then.
    """

    where: str
    stand_in: Callable[..., Any]
    test: str

    def disable(self, patch: pytest.MonkeyPatch) -> None:
        """Puts the stand-in wherever the function is known by its name.

        Args:
            patch: Undoes it.
        """
        module, _, path = self.where.partition(":")
        *holders, name = path.split(".")
        holder: Any = importlib.import_module(module)
        for step in holders:
            holder = getattr(holder, step)
        original = getattr(holder, name)
        patch.setattr(holder, name, self.stand_in)
        for other in list(sys.modules.values()):
            if vars(other).get(name) is original:
                patch.setattr(other, name, self.stand_in)


def _none(*_: object) -> None:
    """Raises nothing, refuses nothing, returns no reason."""


def _no_violations(_guard: object, _situation: object) -> tuple[()]:
    return ()


def _by_live_address_alone(members: Iterable[Member], *_known: object) -> Accounts:
    return _accounts(members)


def _no_refusals(*_: object) -> tuple[()]:
    return ()


def _unneeded(_plan: Plan) -> bool:
    return False


def _nothing_exchanged(_plan: Plan) -> dict[str, Any]:
    return {}


def _as_planned(_applier: Applier, losses: Plan) -> Plan:
    return losses


def _promotions_last(applier: Applier) -> None:
    changes = applier._plan.changes
    promotions = tuple(change for change in changes if isinstance(change, AddGrants))
    in_parts(applier, tuple(one for one in changes if one not in promotions), promotions)


def in_parts(applier: Applier, *parts: Sequence[Change]) -> None:
    """Carries out a plan one part after the other.

    Args:
        applier: Has the plan.
        parts: Changes of it.
    """
    sender = applier._sender
    for part in parts:
        plan = replace(sender.plan, changes=tuple(part))
        _apply(Applier(sender.organizations, sender.expires_in, applier._supervisor, plan, applier._outcome))


def _guard(name: str, test: str) -> Protection:
    return Protection(f"{GUARDS}:{name}.violations", _no_violations, f"tests/model/test_guards.py::Test{name}::{test}")


def _key(function: str, test: str) -> Protection:
    where = f"pulumi_elastic_org.model.keys:{function}"
    return Protection(where, _no_refusals, f"tests/model/test_key_guards.py::{test}")


def _order(name: str, stand_in: Callable[..., Any], test: str) -> Protection:
    return Protection(f"{APPLY}.{name}", stand_in, f"tests/apply/test_apply.py::{test}")


def _resource(name: str, stand_in: Callable[..., Any], test: str) -> Protection:
    return Protection(f"{ROOMS}.{name}", stand_in, f"tests/resources/{test}")


def _mapping(name: str, test: str) -> Protection:
    return Protection(
        f"pulumi_elastic_org.model.mapping_changes:{name}",
        lambda *_, **__: (),
        f"tests/model/test_role_mappings.py::{test}",
    )


def _enforcement(name: str, test: str) -> Protection:
    where = f"pulumi_elastic_org.model.single_sign_on:{name}_violations"
    return Protection(where, lambda *_, **__: (), f"tests/model/test_enforcement.py::{test}")


def _sign_on(name: str, test: str) -> Protection:
    return Protection(f"pulumi_elastic_org.kinds.{name}", lambda *_, **__: (), f"tests/kinds/{test}")


PROTECTIONS = {
    "owns-resources": _guard("OwnsResources", "test_an_owner_is_not_removed"),
    "last-admin": _guard("LastAdmin", "test_the_last_administrator_is_not_removed"),
    "self": _guard("Self", "test_the_key_s_owner_does_not_remove_themselves"),
    "max-removals": _guard("MaxRemovals", "test_the_refusal_names_the_people_and_the_number_to_allow"),
    "unmanaged-people": _guard("UnmanagedPeople", "test_a_member_who_was_never_in_the_roster_is_not_removed_silently"),
    "protected-people": _guard("ProtectedPeople", "test_a_protected_person_is_not_removed_in_any_spelling"),
    "changed-account": Protection(
        f"{GUARDS}:ChangedAccount.violations",
        _no_violations,
        "tests/model/test_accounts.py::TestChangedAccount::test_nothing_is_given_to_another_account_than_the_known_one",
    ),
    "one account is declared by one address": Protection(
        f"{ROOMS}.lifecycle.people:People._declared_twice",
        _no_violations,
        "tests/resources/test_accounts.py::TestOneAccountByTwoAddresses::test_a_second_resource_for_it_is_refused",
    ),
    "former addresses name the account": Protection(
        "pulumi_elastic_org.model.matching:Accounts.of",
        _by_live_address_alone,
        "tests/model/test_ownership.py::test_a_tag_with_a_former_address_counts_for_the_account",
    ),
    "a project whose status is not shown counts as there": Protection(
        "pulumi_elastic_org.cloud.projects:is_active",
        lambda *_: False,
        "tests/cloud/test_owned.py::test_a_project_that_the_list_shows_and_whose_status_is_not_found_counts_as_there",
    ),
    "sole-member-leaves": _guard("SoleMemberLeaves", "test_the_last_member_stays_until_the_bills_are_attested"),
    "allowed-domains": _guard("AllowedDomains", "test_an_address_elsewhere_is_not_invited"),
    "invalid-address": _guard("InvalidAddress", "test_nobody_is_invited_at_what_is_no_address"),
    "unknown-targets": Protection(
        f"{GUARDS}:UnknownTargets.violations",
        _no_violations,
        "tests/model/test_targets.py::TestUnknownTargets"
        "::test_a_role_on_what_is_not_there_is_refused_where_the_setting_says_so",
    ),
    "key-in-use": _key("key_in_use", "TestKeyInUse::test_the_key_that_makes_the_calls_is_not_deleted"),
    "stack-needs-key": _key(
        "stack_needs_key", "TestStackNeedsKey::test_a_key_that_the_stack_is_configured_with_is_not_deleted"
    ),
    "last-owner-key": _key("last_owner_key", "TestLastOwnerKey::test_the_last_key_of_an_owner_is_not_deleted"),
    "a rotation deletes no key in use": Protection(
        "pulumi_elastic_org.kinds.api_key:ApiKey._judge",
        lambda _kind, ended, *_: (tuple(ended), ()),
        "tests/kinds/test_api_key.py::TestRotation::test_a_superseded_key_that_makes_the_calls_is_kept",
    ),
    "keys-of-leavers": Protection(
        f"{GUARDS}:KeysOfLeavers.violations",
        _no_violations,
        "tests/model/test_leavers.py::TestRefuse::test_nobody_leaves_whose_keys_would_outlive_them",
    ),
    "only-reviewed": Protection(
        "pulumi_elastic_org.model.reviewed:OnlyReviewed.violations",
        _no_violations,
        "tests/model/test_reviewed.py::test_a_person_nobody_has_seen_in_the_plan_is_refused",
    ),
    "owner-mapping": _mapping("_owner_mapping", "TestOwnerMapping::test_the_last_mapping_that_gives_owner_stays"),
    "an identity provider is enabled only beside a mapping that makes owners": _mapping(
        "enabling_violations", "TestEnabling::test_beside_mappings_of_which_none_makes_owners_it_is_refused"
    ),
    "deletable-names": _mapping(
        "_deletable_names", "TestDeletableNames::test_what_cannot_be_deleted_alone_is_not_deleted"
    ),
    "enforcement": _enforcement("enforcement", "TestEnforcement::test_everything_that_is_missing_is_told_at_once"),
    "enforced-provider": _enforcement(
        "provider", "TestEnforcedProvider::test_while_it_is_enforced_the_provider_stays[None]"
    ),
    "no call could delete all role mappings": Protection(
        "pulumi_elastic_org.cloud.network:is_id",
        lambda _text: True,
        "tests/cloud/test_single_sign_on.py::test_nothing_is_sent_that_could_delete_all_mappings_or_others[,]",
    ),
    "the way back is tried before anything is enforced": _sign_on(
        "organization_settings:OrganizationSettings._refusals",
        "test_organization_settings.py::TestOrganizationSettings::test_a_key_that_does_not_take_enforcement_off_is_refused_right_before",
    ),
    "while it is enforced role mappings stay": _sign_on(
        "role_mappings:RoleMappings._close",
        "test_role_mappings.py::TestRoleMappings::test_while_it_is_enforced_they_stay",
    ),
    "another way to be an owner is seen before one is taken": _sign_on(
        "role_mappings:RoleMappings._see_another_owner_mapping",
        "test_role_mappings.py::TestRoleMappings::test_no_way_to_be_an_owner_is_taken_before_another_one_is_seen",
    ),
    "role mappings of several resources are judged together": Protection(
        "pulumi_elastic_org.kinds.sign_on:SignOn.mappings_to_be",
        lambda sign_on, **_: sign_on.live_mappings(),
        "tests/kinds/test_role_mappings.py::TestRoleMappings"
        "::test_what_two_of_them_take_away_together_is_refused_when_it_is_planned",
    ),
    "an authoritative RoleMappings stands alone": _sign_on(
        "role_mappings:RoleMappings._declared_beside",
        "test_role_mappings.py::TestRoleMappings::test_what_another_one_of_the_program_contradicts_is_refused",
    ),
    "keys that go together are judged together, ahead of it": Protection(
        "pulumi_elastic_org.kinds.api_key:ApiKey._why_kept",
        _none,
        "tests/kinds/test_api_key.py::TestDeleting::test_a_look_ahead_judges_keys_together",
    ),
    "the last mappings that make owners are looked after ahead of a delete": Protection(
        "pulumi_elastic_org.kinds.role_mappings:RoleMappings._why_kept",
        _none,
        "tests/kinds/test_role_mappings.py::TestRoleMappings::test_while_it_is_enforced_a_look_ahead_keeps_them",
    ),
    "deployments and projects are read before a removal": _resource(
        "lifecycle.organization:needs_ownership",
        _unneeded,
        "test_roster_provider.py::test_who_owns_a_deployment_is_not_removed",
    ),
    "whom the last apply protected is protected": _resource(
        "model.people:read_protected",
        lambda _outputs: (),
        "test_accounts.py::TestProtected::test_who_is_taken_out_of_protected_and_of_the_roster_in_one_change_is_not_removed",
    ),
    "a resource stays with its organization": _resource(
        "lifecycle.phase:Phase.other_organization",
        _none,
        "test_roster_provider.py::test_a_roster_changes_no_other_organization_than_its_own",
    ),
    "a person is claimed once": _resource(
        "dynamic.program:claim",
        _none,
        "test_claims.py::test_a_person_who_is_claimed_twice_is_refused_naming_both_resources",
    ),
    "members are judged together": _resource(
        "lifecycle.people:Plans._with_taken_out",
        lambda _phase, plan, _changes: plan,
        "test_member_provider.py::test_two_members_do_not_demote_the_last_administrators_one_each",
    ),
    "nothing is written for an engine that is gone": _resource(
        "process:EngineWatch.check",
        _none,
        "test_engine_watch.py::test_nothing_is_written_when_the_engine_that_started_the_provider_is_gone",
    ),
    "promotions come before demotions": _order(
        "applier:Applier.apply", _promotions_last, "test_there_is_an_administrator_at_every_moment_of_a_handover"
    ),
    "roles that overlap are exchanged": Protection(
        f"{ROOMS}.model.order:exchanged",
        _nothing_exchanged,
        "tests/apply/test_apply.py::test_a_role_moves_from_all_to_one_deployment",
    ),
    "what is to be taken away is looked at again": _order(
        "applier:Applier._still_agreed", _as_planned, "test_the_guards_are_asked_again_before_anything_is_removed"
    ),
    "what waited is looked at again before it is sent": _order(
        "invitations:_Standing.counts",
        lambda *_: True,
        "test_who_was_invited_by_somebody_else_while_a_request_waited_gets_no_second_e_mail",
    ),
}

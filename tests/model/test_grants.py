"""The text form of roles is canonical, loses nothing and explains its errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_elastic_org.model.grants import (
    DEPLOYMENT,
    KNOWN_ROLES,
    ORGANIZATION,
    PROJECT_TYPES,
    Grant,
    GrantError,
    check_combination,
    check_targets,
    format_grants,
    is_admin,
    is_known,
    overlap,
    parse_grants,
    parse_stored_grants,
    restate,
    role_texts,
    scope_of,
    unknown_role_message,
)

ALL_ROLE_IDS = [role_id for role_ids in KNOWN_ROLES.values() for role_id in role_ids]

# Names that the grammar could mistake for its own words and marks, beside any text at all.
_names = st.sampled_from(
    [*ALL_ROLE_IDS, "all", "on", "as", "no", "roles", "no roles", "a;b", 'q"q', "(console only)", "a:b", "\\", "é"]
) | st.text(st.characters(), min_size=1, max_size=8)
_application_roles = st.none() | st.lists(_names, max_size=3, unique=True).map(lambda given: tuple(sorted(given)))
_grants = st.one_of(
    st.builds(Grant, st.just(ORGANIZATION), _names, st.none(), _application_roles),
    st.builds(
        Grant,
        st.sampled_from([DEPLOYMENT, *PROJECT_TYPES]) | _names.filter(lambda scope: scope != ORGANIZATION),
        _names,
        st.none() | _names,
        _application_roles,
    ),
)


def _combine(grants: list[Grant]) -> frozenset[Grant]:
    """Leaves out what the API would merge."""
    kept: list[Grant] = []
    for grant in grants:
        if not any(overlap(grant, other) for other in kept):
            kept.append(grant)
    return frozenset(kept)


_combinations = st.lists(_grants, max_size=8).map(_combine)


@given(_combinations)
def test_what_is_written_is_read_again(grants: frozenset[Grant]) -> None:
    assert parse_grants(format_grants(grants)) == parse_stored_grants(format_grants(grants)) == grants


@given(_combinations, _combinations)
def test_texts_are_equal_exactly_when_the_grants_are(one: frozenset[Grant], other: frozenset[Grant]) -> None:
    assert (format_grants(one) == format_grants(other)) == (one == other)


@given(st.text())
def test_any_other_text_is_refused_or_read_for_good(text: str) -> None:
    try:
        grants = parse_grants(text)
    except GrantError:
        return
    assert parse_grants(format_grants(grants)) == grants


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("no roles", "no roles"),
        ("  no roles ", "no roles"),
        ("billing-admin", "billing-admin"),
        ("organization-admin;billing-admin", "billing-admin; organization-admin"),
        ("deployment-editor on c3d4,a1b2", "deployment-editor on a1b2, c3d4"),
        ("deployment-editor on a1b2; deployment-editor on c3d4", "deployment-editor on a1b2, c3d4"),
        ("billing-admin ; billing-admin", "billing-admin"),
        ("security-viewer on all as soc, b", "security-viewer on all as b, soc"),
        ("security-viewer on all as b, b", "security-viewer on all as b"),
        ("security-viewer on all (console only)", "security-viewer on all (console only)"),
        ("deployment:custom on all", "deployment:custom on all"),
        ("deployment:deployment-viewer on all", "deployment-viewer on all"),
        ("organization:organization-auditor", "organization:organization-auditor"),
        ("organization-admin (console only)", "organization-admin (console only)"),
        ("billing-admin as b, a", "billing-admin as a, b"),
        ('deployment-viewer on all as "tier 2"', 'deployment-viewer on all as "tier 2"'),
        ('deployment-viewer on "all"', 'deployment-viewer on "all"'),
        ("deployment-viewer on no, on, as, roles", 'deployment-viewer on "as", "no", "on", "roles"'),
        ("deployment-viewer on as as as", 'deployment-viewer on "as" as "as"'),
    ],
)
def test_each_meaning_has_one_text(written: str, canonical: str) -> None:
    assert format_grants(parse_grants(written)) == canonical


def test_default_access_and_console_only_are_two_things() -> None:
    (default,) = parse_grants("security-viewer on all")
    (console_only,) = parse_grants("security-viewer on all (console only)")
    assert default.application_roles is None
    assert console_only.application_roles == ()


def test_all_in_quotes_is_the_name_of_a_target() -> None:
    assert parse_grants('deployment-viewer on "all"') == {Grant(DEPLOYMENT, "deployment-viewer", "all")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot read '' at character 1: expected a role here"),
        ("billing-admin;", "cannot read 'billing-admin;' at character 15: expected a role here"),
        (
            "deploymnt-editor on all",
            "cannot read 'deploymnt-editor on all' at character 1: 'deploymnt-editor' is not a known role; "
            "did you mean 'deployment-editor'?",
        ),
        (
            "xyz",
            "cannot read 'xyz' at character 1: 'xyz' is not a known role; "
            "a role newer than this package is written with its scope, as in 'deployment:NAME'",
        ),
        (
            "deployment-editor",
            "cannot read 'deployment-editor' at character 1: deployment-editor needs 'on all' or 'on ID, ID'",
        ),
        (
            "deployment-editor on",
            "cannot read 'deployment-editor on' at character 21: expected a deployment or project id, or 'all' here",
        ),
        (
            "deployment-editor on a, all",
            "cannot read 'deployment-editor on a, all' at character 25: "
            "expected a deployment or project id, or 'all', found 'all'",
        ),
        (
            "billing-admin on all",
            "cannot read 'billing-admin on all' at character 1: "
            "billing-admin is a role of the whole organization and takes no 'on'",
        ),
        (
            "organization-owner",
            "cannot read 'organization-owner' at character 1: 'organization-owner' is not a known role; did you mean "
            "'organization-admin'? (a role newer than this package is written with its scope, as in "
            "'organization:organization-owner')",
        ),
        (
            "deployment-viewr on all",
            "cannot read 'deployment-viewr on all' at character 1: 'deployment-viewr' is not a known role; did you mean "
            "'deployment-viewer'? (a role newer than this package is written with its scope, as in 'deployment:deployment-viewr')",
        ),
        (
            "no on all",
            "cannot read 'no on all' at character 1: expected a role, found 'no'",
        ),
        (
            "deployment-viewer on all as",
            "cannot read 'deployment-viewer on all as' at character 28: expected an application role here",
        ),
        (
            "billing-admin organization-admin",
            "cannot read 'billing-admin organization-admin' at character 15: expected ';' between two roles",
        ),
        (
            "deployment-viewer on é",
            "cannot read 'deployment-viewer on é' at character 22: "
            "this character needs double quotes around the name that holds it",
        ),
        (
            r'deployment-viewer on "\q"',
            r"""cannot read 'deployment-viewer on "\q"' at character 22: """
            "a name in double quotes follows the rules of a JSON string",
        ),
        (
            'deployment-viewer on ""',
            "cannot read 'deployment-viewer on \"\"' at character 22: a name cannot be empty",
        ),
        (
            "deployment-viewer on all; deployment-viewer on a",
            "deployment-viewer on all already covers a: keep one of the two",
        ),
        (
            "deployment-viewer on a; deployment-viewer on a as x",
            "deployment-viewer is given twice on a with different application roles: "
            "keep one of 'deployment-viewer on a' and 'deployment-viewer on a as x'",
        ),
        (
            "deployment-viewer on all; deployment-viewer on all as x",
            "deployment-viewer is given twice on all with different application roles: "
            "keep one of 'deployment-viewer on all' and 'deployment-viewer on all as x'",
        ),
    ],
)
def test_an_error_names_the_place_and_the_remedy(text: str, message: str) -> None:
    with pytest.raises(GrantError) as caught:
        parse_grants(text)
    assert str(caught.value) == message


def test_a_near_name_may_be_one_that_is_valid_only_there() -> None:
    assert unknown_role_message("suport", ["support"]) == "'suport' is not a known role; did you mean 'support'?"


@pytest.mark.parametrize("order", [1, -1])
def test_roles_that_the_api_would_merge_are_refused_in_any_order(order: int) -> None:
    grants = [Grant(DEPLOYMENT, "deployment-viewer"), Grant(DEPLOYMENT, "deployment-viewer", "a")]
    with pytest.raises(GrantError, match="deployment-viewer on all already covers a"):
        check_combination(grants[::order])


def test_different_roles_on_one_target_do_not_contradict_each_other() -> None:
    check_combination(parse_grants("deployment-viewer on a") | parse_grants("deployment-editor on all"))


@pytest.mark.parametrize("role_id", ALL_ROLE_IDS)
def test_every_published_role_implies_its_scope(role_id: str) -> None:
    scope = scope_of(role_id)
    assert scope is not None
    assert is_known(Grant(scope, role_id))


def test_a_role_of_another_scope_or_no_published_role_is_unknown() -> None:
    assert not is_known(Grant("security", "deployment-editor"))
    assert not is_known(Grant("connected-cluster", "connected-cluster-viewer"))
    assert scope_of("viewer") is None


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("deployment-night-watch on all", "deployment:deployment-night-watch on all"),
        ("organization-auditor; billing-admin", "billing-admin; organization:organization-auditor"),
        ("billing-admin", "billing-admin"),
        ("viewer on all", "viewer on all"),
    ],
)
def test_what_an_earlier_version_stored_without_its_scope_is_read_and_written_with_it(stored: str, text: str) -> None:
    assert restate(stored) == text
    assert restate(text) == text


@pytest.mark.parametrize("form", ["", " (console only)", " as auditor"])
def test_every_form_of_organization_admin_administers_the_organization(form: str) -> None:
    assert is_admin(parse_grants(f"billing-admin; organization-admin{form}"))
    assert not is_admin(parse_grants("billing-admin; deployment-admin on all"))


def test_each_role_is_a_text_of_its_own_with_all_its_targets() -> None:
    grants = parse_grants(
        "deployment-editor on b, a; billing-admin; deployment-viewer on all; deployment-editor on c as auditor"
    )
    assert role_texts(grants) == [
        "billing-admin",
        "deployment-editor on a, b",
        "deployment-editor on c as auditor",
        "deployment-viewer on all",
    ]


def test_nobody_s_roles_are_no_texts() -> None:
    assert role_texts(frozenset()) == []


def test_targets_that_cannot_be_ids_are_named_together() -> None:
    grants = [Grant(DEPLOYMENT, "deployment-viewer", target) for target in ("a1b2", "../x", " ", "logs")]
    with pytest.raises(GrantError, match=r"^' ', '\.\./x': not the id of a deployment or project$"):
        check_targets(grants)


def test_a_target_may_be_a_name_that_stands_for_an_id() -> None:
    check_targets(
        [Grant(DEPLOYMENT, "deployment-viewer", "my logs"), Grant(ORGANIZATION, "billing-admin")], {"my logs"}
    )

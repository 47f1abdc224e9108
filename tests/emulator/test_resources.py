"""Hosted deployments, serverless projects and costs."""

from __future__ import annotations

from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from elastic_cloud_emulator.errors import ResourceNotFound
from tests.support.client import ACME, Client

SEARCH = "/deployments/_search"


def names(answer: dict[str, Any]) -> list[str]:
    return [deployment["name"] for deployment in answer["deployments"]]


@pytest.fixture
def five(emulator: Emulator) -> None:
    for number in range(5):
        emulator.cloud.add_deployment(
            ACME, f"d{number}", id=f"{number:032}", owner="32", tags={"owner": "bob@acme.example"}
        )


def test_a_searched_deployment_tells_its_tags_and_its_owner(emulator: Emulator, admin: Client) -> None:
    emulator.cloud.add_deployment(
        ACME, "logs", owner="bob@acme.example", tags={"owner": "bob@acme.example"}, region="gcp-x"
    )
    [deployment] = admin.post(SEARCH, {"size": 10})["deployments"]
    assert deployment["metadata"] == {
        "tags": [{"key": "owner", "value": "bob@acme.example"}],
        "owner_id": "32",
        "organization_id": ACME,
    }
    assert deployment["resources"]["elasticsearch"][0]["region"] == "gcp-x"
    emulator.switches.search_shows_owner_id = False
    [deployment] = admin.post(SEARCH, {"size": 10})["deployments"]
    assert set(deployment["metadata"]) == {"tags"}


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(("size", "pages"), [(2, [2, 2, 1]), (5, [5, 0]), (10, [5])])
def test_a_cursor_leads_through_all_pages(admin: Client, size: int, pages: list[int]) -> None:
    answer = admin.post(SEARCH, {"size": size})
    found, counts = names(answer), [answer["return_count"]]
    while "cursor" in answer:
        answer = admin.post(SEARCH, {"cursor": answer["cursor"]})
        found += names(answer)
        counts.append(answer["return_count"])
    assert (found, counts) == (["d0", "d1", "d2", "d3", "d4"], pages)


@pytest.mark.usefixtures("five")
def test_paging_misses_nothing_when_a_deployment_goes_meanwhile(emulator: Emulator, admin: Client) -> None:
    first = admin.post(SEARCH, {"size": 2})
    emulator.cloud.delete_resource(f"{0:032}")
    assert names(admin.post(SEARCH, {"cursor": first["cursor"]})) == ["d2", "d3"]


@pytest.mark.parametrize("request_body", [{"cursor": "x"}, {"size": -1}, {"query": {"term": {}}}, {"from": 10}, []])
def test_a_search_that_is_not_supported_is_refused(admin: Client, request_body: Any) -> None:
    assert admin.refused("POST", SEARCH, request_body) == (400, ["root.invalid_data"])


def test_a_sort_and_a_query_that_are_null_are_none(admin: Client, emulator: Emulator) -> None:
    emulator.cloud.add_deployment(ACME, "shown")
    assert names(admin.post(SEARCH, {"sort": None, "query": None})) == ["shown"]


def test_hidden_deployments_are_in_no_list(emulator: Emulator, admin: Client) -> None:
    emulator.cloud.add_deployment(ACME, "shown")
    hidden = emulator.cloud.add_deployment(ACME, "hidden", hidden=True)
    assert names(admin.post(SEARCH, {})) == names(admin.get("/deployments")) == ["shown"]
    assert emulator.cloud.resource(hidden.id) is hidden


def test_a_stopped_deployment_is_found_by_id_only_and_roles_on_it_stay(admin: Client, emulator: Emulator) -> None:
    deployment = emulator.cloud.add_deployment(ACME, "logs")
    roles = {"deployment": [{"role_id": "deployment-viewer", "deployment_ids": [deployment.id]}]}
    emulator.cloud.set_roles(ACME, "32", roles)
    admin.post(f"/deployments/{deployment.id}/_shutdown")
    assert names(admin.post(SEARCH, {})) == []
    assert admin.get(f"/deployments/{deployment.id}")["metadata"]["hidden"] is True
    [held] = admin.members()["32"]["role_assignments"]["deployment"]
    assert held["deployment_ids"] == [deployment.id]


@pytest.mark.parametrize("others", [[], ["running"]])
def test_a_body_that_names_a_stopped_deployment_is_refused_whole_to_owners_too(
    admin: Client, emulator: Emulator, others: list[str]
) -> None:
    for id in ("stopped", "running"):
        emulator.cloud.add_deployment(ACME, id, id=id, hidden=id == "stopped")
    viewer = {"role_id": "deployment-viewer", "organization_id": ACME}
    roles = {"deployment": [{**viewer, "deployment_ids": ["stopped", *others]}]}
    refusal = (403, ["role_assignments.unauthorized_role_assignments"])
    invited = {"emails": ["cy@acme.example"], "role_assignments": roles}
    for method, path, body in (
        ("POST", "/users/32/role_assignments", roles),
        ("DELETE", "/users/32/role_assignments", roles),
        ("POST", f"/organizations/{ACME}/invitations", invited),
        ("POST", "/users/auth/keys", {"description": "logs", "role_assignments": roles}),
    ):
        assert admin.refused(method, path, body) == refusal
    admin.post("/users/32/role_assignments", {"deployment": [{**viewer, "deployment_ids": ["running"]}]})
    assert admin.invitations() == {}


def test_nobody_is_invited_to_all_deployments_while_one_is_stopped_but_members_get_the_role(
    admin: Client, emulator: Emulator
) -> None:
    emulator.cloud.add_deployment(ACME, "stopped", hidden=True)
    roles = {"deployment": [{"role_id": "deployment-viewer", "organization_id": ACME, "all": True}]}
    assert admin.refused(
        "POST", f"/organizations/{ACME}/invitations", {"emails": ["cy@acme.example"], "role_assignments": roles}
    ) == (403, ["role_assignments.unauthorized_role_assignments"])
    admin.post("/users/32/role_assignments", roles)
    assert admin.members()["32"]["role_assignments"] == roles


def test_deployments_of_another_organization_are_not_seen(emulator: Emulator, admin: Client) -> None:
    emulator.cloud.add_deployment("globex", "theirs")
    emulator.cloud.add_project("globex", "theirs", "security", owner="33")
    assert names(admin.post(SEARCH, {})) == []
    assert admin.get("/serverless/projects/security") == {"items": []}


@pytest.mark.parametrize("project_type", ["elasticsearch", "observability", "security"])
def test_projects_are_listed_by_type(emulator: Emulator, admin: Client, project_type: Any) -> None:
    project = emulator.cloud.add_project(
        ACME, "mine", project_type, owner="32", tags={"team": "blue"}, phase="deleting"
    )
    path = f"/serverless/projects/{project_type}"
    [item] = admin.get(path)["items"]
    assert (item["id"], item["type"], item["metadata"]["created_by"]) == (project.id, project_type, "32")
    assert item["metadata"]["tags"] == {"team": "blue"}
    assert admin.get(f"{path}/{project.id}") == item
    assert admin.get(f"{path}/{project.id}/status") == {"phase": "deleting"}
    emulator.cloud.delete_resource(project.id)
    assert admin.get(path) == {"items": []}
    assert admin.refused("GET", f"{path}/{project.id}") == (404, ["root.resource_not_found"])


def test_an_unknown_project_type_is_not_found(admin: Client) -> None:
    assert admin.refused("GET", "/serverless/projects/unheard-of") == (404, ["root.resource_not_found"])


def test_a_list_page_size_cuts_the_list_of_projects(emulator: Emulator, admin: Client) -> None:
    for name in ("one", "two"):
        emulator.cloud.add_project(ACME, name, "security", owner="32")
    emulator.switches.list_page_size = 1
    answer = admin.get("/serverless/projects/security")
    assert (len(answer["items"]), bool(answer["next_page"])) == (1, True)


def test_tags_and_owners_change_while_the_emulator_runs(emulator: Emulator, admin: Client) -> None:
    deployment = emulator.cloud.add_deployment(ACME, "logs")
    emulator.cloud.set_tags(deployment.id, {"owner": "ada@acme.example"})
    emulator.cloud.set_owner(deployment.id, "ada@acme.example")
    metadata = admin.post(SEARCH, {})["deployments"][0]["metadata"]
    assert (metadata["tags"], metadata["owner_id"]) == ([{"key": "owner", "value": "ada@acme.example"}], "31")
    with pytest.raises(ResourceNotFound, match="no deployment or project"):
        emulator.cloud.set_owner("unknown", "31")


def test_a_project_has_no_tag_that_elastic_would_refuse(emulator: Emulator) -> None:
    project = emulator.cloud.add_project(ACME, "soc", "security", owner="31")
    with pytest.raises(ValueError, match=r"owner=ada@acme\.example"):
        emulator.cloud.set_tags(project.id, {"owner": "ada@acme.example"})
    with pytest.raises(ValueError, match="32 lowercase letters"):
        emulator.cloud.add_project(ACME, "soc", "security", owner="31", id="short")


def test_an_id_is_used_once(emulator: Emulator) -> None:
    deployment = emulator.cloud.add_deployment(ACME, "logs")
    with pytest.raises(ValueError, match="already"):
        emulator.cloud.add_project(ACME, "logs", "security", owner="31", id=deployment.id)


def test_costs_are_those_of_the_organization(emulator: Emulator, admin: Client) -> None:
    organization = emulator.cloud.organization(ACME)
    organization.costs, organization.balance = 12.5, 100.0
    answer = admin.get(f"/billing/costs/{ACME}?from=2025-01-01T00:00:00Z&to=2025-02-01")
    assert (answer["costs"]["total"], answer["balance"]["remaining"]) == (12.5, 100.0)


@pytest.mark.parametrize("query", ["from=soon", "from=2025-02-01&to=2025-01-01"])
def test_costs_of_an_invalid_range_are_refused(admin: Client, query: str) -> None:
    assert admin.refused("GET", f"/billing/costs/{ACME}?{query}") == (400, ["costs.invalid_date_range"])

"""The emulator's console, as a browser calls it: pages, and forms that lead back to one."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests

from elastic_cloud_emulator import Emulator
from elastic_cloud_emulator.model import IdentityProvider, RoleMapping
from elastic_cloud_emulator.roles import ORGANIZATION_ADMIN, RoleSet, parse_role_assignments
from tests.support.acme import OWNER
from tests.support.client import ACME, GLOBEX

HOME = f"/organizations/{ACME}"
BOB = f"{HOME}/members/32"


class Page:
    """What a browser shows after the redirects."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        self.path = urlsplit(response.url).path
        self.text = unescape(response.text)

    def __contains__(self, text: str) -> bool:
        return text in self.text


class Visitor:
    """A browser without a screen: keeps cookies, and says where a form was."""

    def __init__(self, emulator: Emulator) -> None:
        self._base = emulator.endpoint
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path: str, **query: str) -> Page:
        return Page(self._session.get(self._base + path, params=query, timeout=10))

    def post(self, path: str, *, on: str, **fields: str) -> Page:
        """Sends a form that is on a page."""
        headers = {"Origin": self._base, "Referer": self._base + on}
        return Page(self._session.post(self._base + path, data=fields, headers=headers, timeout=10))


@pytest.fixture
def visitor(emulator: Emulator) -> Visitor:
    return Visitor(emulator)


def roles_of(emulator: Emulator, user: str) -> object:
    return emulator.cloud.member(ACME, user).roles.to_json(ACME)


def token_of(emulator: Emulator, email: str) -> str:
    invitation = emulator.cloud.invitation(ACME, email)
    assert invitation is not None
    return invitation.token


def test_the_root_shows_every_organization_and_who_belongs_to_none(emulator: Emulator, visitor: Visitor) -> None:
    emulator.cloud.add_user("free@elsewhere.example")
    page = visitor.get("/")
    assert page.status == 200
    assert all(text in page for text in ("acme", "globex", HOME, "free@elsewhere.example"))


def test_members_are_found_by_name_address_and_role(emulator: Emulator, visitor: Visitor) -> None:
    emulator.cloud.set_roles(ACME, "32", {"organization": [{"role_id": "billing-admin"}]})
    for words in ("BOB", "bob@acme", "billing-admin"):
        page = visitor.get(HOME, q=words)
        assert "bob@acme.example" in page
        assert "ada@acme.example" not in page
    assert "Nothing matches." in visitor.get(HOME, q="nobody at all")


def test_a_list_is_cut_and_says_so(emulator: Emulator, visitor: Visitor) -> None:
    for number in range(250):
        emulator.cloud.add_member(ACME, f"p{number:03}@acme.example")
    page = visitor.get(HOME)
    assert "The first 200; search to find the others." in page
    assert "p249@acme.example" in visitor.get(HOME, q="p249")


def test_somebody_is_invited_and_accepts(emulator: Emulator, visitor: Visitor) -> None:
    on = f"{HOME}/invitations"
    page = visitor.post(on, on=on, email="cy@acme.example", role="deployment:deployment-viewer")
    assert page.path == on
    assert "cy@acme.example is invited." in page
    assert "deployment-viewer" in page
    assert "To cy@acme.example" in visitor.get(f"{HOME}/outbox")
    page = visitor.post(f"{on}/{token_of(emulator, 'cy@acme.example')}/accept", on=on)
    assert "cy@acme.example accepted, and is a member." in page
    assert roles_of(emulator, "cy@acme.example") == {
        "deployment": [{"role_id": "deployment-viewer", "organization_id": ACME, "all": True}]
    }


def test_an_invitation_is_cancelled(emulator: Emulator, visitor: Visitor) -> None:
    emulator.cloud.invite(ACME, "cy@acme.example")
    on = f"{HOME}/invitations"
    page = visitor.post(f"{on}/{token_of(emulator, 'cy@acme.example')}/cancel", on=on)
    assert "The invitation of cy@acme.example is cancelled." in page
    assert emulator.cloud.invitation(ACME, "cy@acme.example") is None


def test_an_invitation_runs_out_when_the_clock_is_moved(emulator: Emulator, visitor: Visitor) -> None:
    emulator.cloud.invite(ACME, "cy@acme.example")
    on = f"{HOME}/invitations"
    before = emulator.clock.now()
    page = visitor.post("/clock", on=on, duration="73h")
    assert page.path == on
    assert emulator.clock.now() >= before + timedelta(hours=73)
    assert "expired" in page
    assert "Accept" not in page


def test_a_member_leaves(emulator: Emulator, visitor: Visitor) -> None:
    page = visitor.post(f"{BOB}/leave", on=BOB)
    assert page.path == HOME
    assert "bob@acme.example is no longer a member." in page
    assert "32" not in emulator.cloud.organization(ACME).members


def test_whoever_leaves_is_shown_with_what_they_own(emulator: Emulator, visitor: Visitor) -> None:
    emulator.cloud.add_deployment(ACME, "logs", tags={"owner": "bob@acme.example"})
    assert "Still owns logs." in visitor.get(BOB)


def test_roles_are_added_and_removed_one_target_at_a_time(emulator: Emulator, visitor: Visitor) -> None:
    logs, shop = (emulator.cloud.add_deployment(ACME, name).id for name in ("logs", "shop"))
    for target in (logs, shop):
        visitor.post(f"{BOB}/roles/add", on=BOB, role="deployment:deployment-editor", target=target)
    page = visitor.post(f"{BOB}/roles/remove", on=BOB, role="deployment:deployment-editor", target=logs)
    assert page.path == BOB
    assert "deployment-editor is removed." in page
    assert roles_of(emulator, "32") == {
        "deployment": [{"role_id": "deployment-editor", "organization_id": ACME, "deployment_ids": [shop]}]
    }
    page = visitor.post(f"{BOB}/roles/add", on=BOB, role="organization:billing-admin")
    assert "billing-admin is added." in page
    page = visitor.post(f"{BOB}/roles/add", on=BOB, role="organization:billing-admin")
    assert "Nothing changed" in page


def test_roles_that_the_console_does_not_offer_are_shown_and_removed(emulator: Emulator, visitor: Visitor) -> None:
    emulator.cloud.set_roles(ACME, "32", {"connected_cluster": [{"role_id": "cluster-admin", "all": True}]})
    assert "cluster-admin" in visitor.get(BOB)
    visitor.post(f"{BOB}/roles/remove", on=BOB, role="connected_cluster:cluster-admin", target="*")
    assert roles_of(emulator, "32") == {}


def test_application_roles_are_told_apart(emulator: Emulator, visitor: Visitor) -> None:
    for application_roles, words in (([], "console only"), (["support"], "as support")):
        element = {"role_id": "deployment-viewer", "all": True, "application_roles": application_roles}
        emulator.cloud.set_roles(ACME, "32", {"deployment": [element]})
        assert words in visitor.get(BOB)


def test_a_deployment_changes_hands_by_its_tag_and_a_project_by_its_creator(
    emulator: Emulator, visitor: Visitor
) -> None:
    logs = emulator.cloud.add_deployment(ACME, "logs", tags={"team": "logs"})
    soc = emulator.cloud.add_project(ACME, "soc", "security", owner="31")
    page = visitor.post(f"{HOME}/resources/{logs.id}/owner", on=f"{HOME}/deployments", owner="bob@acme.example")
    assert "logs: owner bob@acme.example." in page
    assert logs.tags == {"team": "logs", "owner": "bob@acme.example"}
    visitor.post(f"{HOME}/resources/{soc.id}/owner", on=f"{HOME}/projects", owner="bob@acme.example")
    assert soc.owner_id == "32"
    visitor.post(f"{HOME}/resources/{logs.id}/owner", on=f"{HOME}/deployments", owner="")
    assert logs.tags == {"team": "logs"}


def test_a_deployment_is_deleted(emulator: Emulator, visitor: Visitor) -> None:
    logs = emulator.cloud.add_deployment(ACME, "logs")
    assert "logs is deleted." in visitor.post(f"{HOME}/resources/{logs.id}/delete", on=f"{HOME}/deployments")
    assert emulator.cloud.organization(ACME).deployments == {}


@pytest.mark.parametrize(
    ("path", "fields", "reason"),
    [
        ("/clock", {"duration": "soon"}, "'soon' is not a duration"),
        (f"{HOME}/invitations", {"email": "nobody"}, "'nobody' is not an e-mail address."),
        (f"{HOME}/invitations", {"email": "ada@acme.example"}, "ada@acme.example already belongs to organization"),
        (f"{HOME}/invitations", {"email": "cy@acme.example", "role": "all of them"}, "Choose a role."),
        (f"{HOME}/invitations/unknown/accept", {}, "The invitation was not found."),
        (f"{BOB}/roles/add", {}, "Choose a role."),
        (f"{HOME}/members/99/leave", {}, "User 99 was not found."),
        (f"{HOME}/resources/unknown/delete", {}, "There is no deployment or project unknown."),
    ],
)
def test_what_cannot_be_done_is_explained_on_the_page_it_was_tried_from(
    emulator: Emulator, visitor: Visitor, path: str, fields: dict[str, str], reason: str
) -> None:
    page = visitor.post(path, on=HOME, **fields)
    assert page.path == HOME
    assert reason in page
    assert emulator.cloud.organization(ACME).invitations == {}


def test_where_accounts_belong_to_one_organization_who_belongs_to_another_cannot_accept(
    emulator: Emulator, visitor: Visitor
) -> None:
    emulator.switches.one_organization_per_user = True
    emulator.cloud.invite(ACME, "gil@globex.example", OWNER)
    on = f"{HOME}/invitations"
    page = visitor.post(f"{on}/{token_of(emulator, 'gil@globex.example')}/accept", on=on)
    assert "gil@globex.example already belongs to an organization." in page


@pytest.mark.parametrize(
    "path", ["/organizations/unknown", f"{HOME}/members/99", f"/organizations/{GLOBEX}/members/32"]
)
def test_a_page_that_there_is_not_says_so(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    assert page.status == 404
    assert "Not found" in page


def test_names_cannot_smuggle_markup_into_a_page(emulator: Emulator) -> None:
    emulator.cloud.add_user("eve@acme.example", id="39", name="<script>alert(1)</script>")
    emulator.cloud.add_member(ACME, "39")
    text = requests.get(emulator.endpoint + HOME, timeout=10).text
    assert "<script" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("path", ["/clock", "/_emulator/clock/advance"])
@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}], ids=str
)
def test_other_sites_are_refused(emulator: Emulator, path: str, headers: dict[str, str]) -> None:
    before = emulator.clock.now()
    response = requests.post(
        emulator.endpoint + path, data={"duration": "24h"}, headers=headers, timeout=10, allow_redirects=False
    )
    assert response.status_code == 403
    assert emulator.clock.now() - before < timedelta(hours=24)


def test_a_form_never_leads_to_another_site(emulator: Emulator) -> None:
    headers = {"Origin": emulator.endpoint, "Referer": "https://evil.example//evil.example/path"}
    response = requests.post(
        f"{emulator.endpoint}/clock", data={"duration": "1h"}, headers=headers, timeout=10, allow_redirects=False
    )
    assert response.status_code == 303
    assert response.headers["Location"] == "/evil.example/path"


def test_pages_can_neither_be_framed_nor_run_scripts(emulator: Emulator) -> None:
    policy = requests.get(emulator.endpoint, timeout=10).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_settings_page_shows_single_sign_on_and_signs_somebody_on(emulator: Emulator, visitor: Visitor) -> None:
    page = visitor.get(f"{HOME}/settings")
    assert all(text in page for text in ("Identity provider: none", "Somebody can sign in as an owner"))
    organization = emulator.cloud.organization(ACME)
    organization.domains.append("acme.example")
    organization.settings["enforce_authentication_method"] = "sso"
    organization.identity_provider = IdentityProvider(True, "acme", "urn:idp", "https://idp.acme.example", ["Y2VydA=="])
    page = visitor.get(f"{HOME}/settings")
    assert all(
        text in page for text in ("acme.example", "urn:idp, enabled", "Enforced: yes", "Nobody can sign in as an owner")
    )
    roles = RoleSet(parse_role_assignments(OWNER, ACME))
    emulator.cloud.add_role_mappings(ACME, [RoleMapping("owners", True, "any", [{"group": "platform"}], roles)])
    on = f"{HOME}/settings"
    page = visitor.post(f"{HOME}/sign-on", on=on, email="new@acme.example", groups="platform, other")
    assert all(text in page for text in ("new@acme.example has signed on", "group platform", "organization-admin"))
    assert "cannot sign on" in visitor.post(f"{HOME}/sign-on", on=on, email="a@elsewhere.example", groups="")
    assert emulator.cloud.member(ACME, "new@acme.example").roles.holds(ORGANIZATION_ADMIN)


def test_the_page_of_keys_shows_who_created_them_and_no_secret_and_deletes_one(
    emulator: Emulator, visitor: Visitor
) -> None:
    gone = emulator.cloud.add_user("gone@acme.example").id
    ends = emulator.clock.now() + timedelta(days=90)
    key = emulator.cloud.add_key(gone, organization=ACME, description="pipeline", expires_at=ends)
    page = visitor.get(f"{HOME}/keys")
    assert all(text in page for text in ("pipeline", "by gone@acme.example, who is not a member", "never expires"))
    assert key.secret not in page
    visitor.post(f"{HOME}/keys/{key.id}/delete", on=f"{HOME}/keys")
    assert key.secret not in emulator.cloud.keys
    assert "pipeline" not in visitor.get(f"{HOME}/keys")

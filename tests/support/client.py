"""Calls to an emulator over HTTP, with one key."""

from __future__ import annotations

from typing import Any

import requests

from elastic_cloud_emulator import Emulator

ACME = "2000000100"
GLOBEX = "2000000200"
ADMIN_KEY = "key-of-the-administrator"
MEMBER_KEY = "key-of-a-member"


class Client:
    """Calls an emulator with one API key.

    Args:
        emulator: The emulator.
        key: The API key; `None` sends none.
    """

    def __init__(self, emulator: Emulator, key: str | None = ADMIN_KEY) -> None:
        self._base = f"{emulator.endpoint}/api/v1"
        self.session = requests.Session()
        self.session.trust_env = False
        if key is not None:
            self.session.headers["Authorization"] = f"ApiKey {key}"

    def call(self, method: str, path: str, json: Any = None, **options: Any) -> requests.Response:
        return self.session.request(method, self._base + path, json=json, timeout=options.pop("timeout", 10), **options)

    def get(self, path: str) -> Any:
        """The answer to a call that must succeed."""
        response = self.call("GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, json: Any = None) -> Any:
        """The answer to a call that must succeed."""
        response = self.call("POST", path, json)
        assert response.status_code in (200, 201), response.text
        return response.json()

    def delete(self, path: str, json: Any = None) -> Any:
        """The answer to a call that must succeed."""
        response = self.call("DELETE", path, json)
        assert response.status_code == 200, response.text
        return response.json()

    def refused(self, method: str, path: str, json: Any = None) -> tuple[int, list[str]]:
        """The status and the codes of a call that must fail, in the body and in the header alike."""
        response = self.call(method, path, json)
        codes = [error["code"] for error in response.json()["errors"]]
        assert response.headers["x-cloud-error-codes"].split(",") == list(dict.fromkeys(codes))
        return response.status_code, codes

    def members(self, organization_id: str = ACME) -> dict[str, dict[str, Any]]:
        """The members by user id."""
        return {
            member["user_id"]: member for member in self.get(f"/organizations/{organization_id}/members")["members"]
        }

    def invitations(self, organization_id: str = ACME) -> dict[str, dict[str, Any]]:
        """The open invitations by e-mail address."""
        found = self.get(f"/organizations/{organization_id}/invitations")["invitations"]
        return {invitation["email"]: invitation for invitation in found}

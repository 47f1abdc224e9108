"""What the pipelines of the tests are about: a repository with a program and a roster, and the organization it manages."""

from __future__ import annotations

from pathlib import Path

from elastic_cloud_emulator import Emulator
from tests.pipelines.shell import git
from tests.support.acme import OWNER

EXAMPLES = Path(__file__).parents[2] / "examples" / "ci"
ADMIN_KEY = "key-of-the-administrator"
ADMIN, ADA, BOB, EVE = (f"{name}@acme.example" for name in ("root", "ada", "bob", "eve"))
SEED = {
    "organizations": [
        {
            "name": "acme",
            "id": "4242",
            "members": [
                {"email": ADMIN, "roles": OWNER, "keys": [ADMIN_KEY]},
                {"email": BOB},
                *({"email": f"p{number}@acme.example"} for number in range(4)),
            ],
        }
    ]
}
PROGRAM = """\
from pathlib import Path

import pulumi_elastic_org as elastic

elastic.Roster.from_file("acme", Path(__file__).with_name("roster.yaml"))
"""


def roster(**people: str) -> str:
    """A roster file: everybody of the beginning, and people with one role each."""
    members = {"root": "organization-admin", "bob": "", **{f"p{number}": "" for number in range(4)}, **people}
    lines = [f"  {name}@acme.example: [{role}]" for name, role in members.items()]
    return "\n".join(["mode: authoritative", "members:", *lines, ""])


class Repository:
    """The team's repository, and somebody's clone of it.

    Args:
        directory: Where both are made.
    """

    def __init__(self, directory: Path) -> None:
        self.origin = directory / "origin.git"
        self._clone = directory / "clone"
        self.origin.mkdir(parents=True)
        git(self.origin, "init", "--quiet", "--bare", "--initial-branch", "main")
        git(self.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(directory, "clone", "--quiet", str(self.origin), "clone")
        files = {
            "Pulumi.yaml": "name: people\nruntime: python\n",
            "__main__.py": PROGRAM,
            "requirements.txt": "pulumi-elastic-org\n",
            "roster.yaml": roster(),
        }
        self.commit("main", files)

    def commit(self, branch: str, files: dict[str, str]) -> str:
        """Commits files to a branch, a new one from main where there is none, and pushes it; returns the commit."""
        git(self._clone, "fetch", "--quiet", "origin")
        known = git(self._clone, "branch", "--remotes", "--list", f"origin/{branch}", "origin/main")
        start = f"origin/{branch}" if f"origin/{branch}" in known else "origin/main" if known else None
        git(self._clone, "checkout", "--quiet", "-B", branch, *([start] if start else []))
        for name, text in files.items():
            (self._clone / name).write_text(text)
        git(self._clone, "add", ".")
        git(self._clone, "commit", "--quiet", "--message", f"Change {', '.join(files)}")
        git(self._clone, "push", "--quiet", "origin", branch)
        return git(self._clone, "rev-parse", "HEAD")


def people(emulator: Emulator) -> set[str]:
    """The members by e-mail address, without those who never change."""
    members = emulator.cloud.organization("4242").members
    return {emulator.cloud.user(id).email for id in members} - {f"p{number}@acme.example" for number in range(4)}


def invited(emulator: Emulator) -> dict[str, object]:
    """The roles of open invitations, by e-mail address."""
    found = emulator.cloud.organization("4242").invitations.values()
    return {invitation.email: invitation.roles.to_json("4242") for invitation in found}

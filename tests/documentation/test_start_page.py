"""Whoever types what docs/start.md says gets from nothing to a settled drift review, and to a project of their own organization."""

from __future__ import annotations

import os
import re
from pathlib import Path
from shlex import quote

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.cli.demo.emulation import environment
from tests.support.typed import search_path, typed_in_a_shell

PAGE = (Path(__file__).parents[2] / "docs" / "start.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LENA, OWNER, KEY = "lena.hoffmann@acme.example", "ada@acme.example", "..."  # the key is what the page writes
BILLING = '{"organization": [{"role_id": "billing-admin"}]}'

EDIT = """
import pathlib, sys
roster = pathlib.Path("roster.yaml")
before, members, after = roster.read_text("utf-8").partition("\\nmembers:\\n")
roster.write_text(before + members + sys.argv[1] + after, "utf-8")
"""
CHANGE_BY_HAND = """
import os, sys
from urllib.request import Request, urlopen
urlopen(Request(os.environ["EC_ENDPOINT"] + "/_emulator/roles", sys.argv[1].encode(), {"Content-Type": "application/json"}))
"""
AS_A_PERSON = """
set -eo pipefail
elastic-org() {
    case "$1" in
    emulator) . "$EXPORTS" ;;                         # it runs in another terminal, and what it prints is pasted
    up) command elastic-org "$@" --yes ;;             # the answer to its question
    drift) command elastic-org "$@" || test $? = 7 ;;
    *) command elastic-org "$@" ;;
    esac
}
"""
AT_ELASTIC_CLOUD = """
elastic-org() {
    test -z "${EC_ENDPOINT-}${EC_ORGANIZATION_ID-}"   # else it would be the emulator that is asked
    EC_ENDPOINT=$ELASTIC_CLOUD command elastic-org "$@"
}
"""


def blocks(heading: str, form: str) -> str:
    """What stands in the blocks of a section that have a form."""
    [section] = re.findall(rf"^#+ {heading}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return "".join(text for found, text in BLOCK.findall(section) if found == form)


def typed(heading: str) -> str:
    """The commands of a section."""
    return "".join(re.findall(r"^\$ (.*\n)", blocks(heading, "console"), re.MULTILINE))


def script(engine: str) -> str:
    body = f'{{"organization": "acme", "email": "{LENA}", "roles": {BILLING}}}'
    return "\n".join(
        [
            AS_A_PERSON,
            blocks("Ten minutes from nothing", "sh") if engine == "pulumi" else "",
            typed("2. Begin"),
            f"python -c {quote(EDIT)} {quote(blocks('3. A change, reviewed', 'yaml'))}",
            typed("3. A change, reviewed"),
            f"python -c {quote(CHANGE_BY_HAND)} {quote(body)}",
            typed("4. Somebody changes access by hand"),
            AT_ELASTIC_CLOUD,
            typed("Your own organization"),
        ]
    )


def test_what_the_page_says_is_typed_and_seen(engine_name: str, tmp_path: Path) -> None:
    with Emulator(ACME) as emulator, Emulator() as cloud:
        own = cloud.cloud.add_organization("own")
        cloud.cloud.add_member(own.id, OWNER, {"organization": [{"role_id": "organization-admin"}]})
        cloud.cloud.add_key(OWNER, KEY, organization=own.id)
        exports = tmp_path / "exports"
        exports.write_text("".join(f"export {key}={value}\n" for key, value in environment(emulator).items()), "utf-8")
        said = typed_in_a_shell(
            script(engine_name),
            tmp_path,
            {
                **{name: value for name, value in os.environ.items() if name != "PULUMI_CONFIG_PASSPHRASE"},
                "PATH": search_path(engine_name),
                "HOME": str(tmp_path),
                "EXPORTS": str(exports),
                "ELASTIC_CLOUD": cloud.endpoint,
            },
        )
    lines = (blocks("2. Begin", "console") + blocks("3. A change, reviewed", "console")).splitlines()
    shown = [
        line.partition("...")[0].strip() for line in lines if not line.startswith(("$ ", "export", "Elastic Cloud,"))
    ]
    assert [line for line in shown if line not in said] == []
    assert f"drift --accept {LENA}" in script(engine_name)
    assert OWNER in (tmp_path / "access" / "roster.yaml").read_text("utf-8")
    assert (tmp_path / "access" / ".github").is_dir()


def test_the_page_on_adoption_shows_the_same_import() -> None:
    [found] = re.findall(r": (\d+ people, .*? projects);", blocks("2. Begin", "console"))
    assert f"roster.yaml: {found};" in (Path(__file__).parents[2] / "docs" / "adoption.md").read_text("utf-8")

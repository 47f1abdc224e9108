"""Whoever types what docs/start.md says gets from nothing to a settled drift review, and to a project of their own organization."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.cli.demo.emulation import environment

PAGE = (Path(__file__).parents[2] / "docs" / "start.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LENA, OWNER, KEY = "lena.hoffmann@acme.example", "ada@acme.example", "..."  # the key is what the page writes
BILLING = '{"organization": [{"role_id": "billing-admin"}]}'

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
            f"sed -i 's/^members:$/&\\n{blocks('3. A change, reviewed', 'yaml').rstrip()}/' roster.yaml",
            typed("3. A change, reviewed"),
            f"curl --silent --fail --json '{body}' $EC_ENDPOINT/_emulator/roles > /dev/null",
            typed("4. Somebody changes access by hand"),
            AT_ELASTIC_CLOUD,
            typed("Your own organization"),
        ]
    )


def test_what_the_page_says_is_typed_and_seen(engine_name: str, tmp_path: Path) -> None:
    path = [one for one in os.environ["PATH"].split(":") if engine_name == "pulumi" or not Path(one, "pulumi").exists()]
    with Emulator(ACME) as emulator, Emulator() as cloud:
        own = cloud.cloud.add_organization("own")
        cloud.cloud.add_member(own.id, OWNER, {"organization": [{"role_id": "organization-admin"}]})
        cloud.cloud.add_key(OWNER, KEY, organization=own.id)
        exports = tmp_path / "exports"
        exports.write_text("".join(f"export {key}={value}\n" for key, value in environment(emulator).items()), "utf-8")
        ended = subprocess.run(
            ["bash", "-c", script(engine_name)],
            cwd=tmp_path,
            env={
                **{name: value for name, value in os.environ.items() if name != "PULUMI_CONFIG_PASSPHRASE"},
                "PATH": ":".join([str(Path(sys.prefix, "bin")), *path]),
                "HOME": str(tmp_path),
                "EXPORTS": str(exports),
                "ELASTIC_CLOUD": cloud.endpoint,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout
    lines = (blocks("2. Begin", "console") + blocks("3. A change, reviewed", "console")).splitlines()
    shown = [
        line.partition("...")[0].strip() for line in lines if not line.startswith(("$ ", "export", "Elastic Cloud,"))
    ]
    assert [line for line in shown if line not in ended.stdout] == []
    assert f"drift --accept {LENA}" in script(engine_name)
    assert OWNER in (tmp_path / "access" / "roster.yaml").read_text("utf-8")
    assert (tmp_path / "access" / ".github").is_dir()


def test_the_page_on_adoption_shows_the_same_import() -> None:
    [found] = re.findall(r": (\d+ people, .*? projects);", blocks("2. Begin", "console"))
    assert f"roster.yaml: {found};" in (Path(__file__).parents[2] / "docs" / "adoption.md").read_text("utf-8")

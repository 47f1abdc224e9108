"""The files of a new project, beside the people that were found."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from pulumi_elastic_org.variables import ORGANIZATION_ID
from pulumi_embedded.port import StackName

PIPELINES = {
    "github": {
        f"github-actions/elastic-org/{name}": f".github/workflows/{name}"
        for name in ("elastic-org-apply.yml", "elastic-org-drift.yml", "elastic-org-preview.yml")
    },
    "gitlab": {"gitlab-ci/elastic-org.gitlab-ci.yml": "elastic-org.gitlab-ci.yml"},
}
"""The pipelines of each platform: where they are among the examples, and where in a project.

GitLab's are for a project of their own: as `.gitlab-ci.yml`, any branch could change what runs beside the key."""

IGNORED = (
    "# State, plans, reviews and journals hold people's addresses and roles.",
    ".elastic-org/",
    "plan*.json",
    "preview.html",
    "drift.html",
    "review.md",
    "*.jsonl",
    "*~",
    ".venv/",
    "__pycache__/",
)
"""What a repository of people leaves out."""

_PACKAGE = "pulumi-elastic-org"
_FROM_HERE = (
    f"# {_PACKAGE} was installed here from a directory or file of this machine. For other machines, such as those of pipelines,",
    f"# name the wheel of a release or a commit: {_PACKAGE} @ git+https://HOST/NAME@COMMIT",
)


def project_files(name: str, organization_id: str, stack: str, virtualenv: str | None) -> dict[str, str]:
    """Returns the files that make a directory a Pulumi project whose program reads roster.yaml.

    Args:
        name: What the project is called, a directory's name for instance.
        organization_id: Elastic's id of the organization, to which the stack is bound: another one's key is refused.
        stack: The stack, whose configuration is named by the last part of its name.
        virtualenv: The virtual environment in the directory, if there is one.
    """
    project = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.") or "people"
    runtime = f"\n  name: python\n  options:\n    virtualenv: {virtualenv}" if virtualenv else " python"
    return {
        "Pulumi.yaml": f"name: {project}\nruntime:{runtime}\n",
        f"Pulumi.{StackName.parse(stack).stack}.yaml": f'config:\n  {ORGANIZATION_ID}: "{organization_id}"\n',
        "__main__.py": 'import pulumi_elastic_org as elastic\n\nelastic.Roster.from_file("people", "roster.yaml")\n',
    }


def with_lines(text: str, wanted: Sequence[str]) -> str:
    """Returns a file that has all these lines: those that it lacks stand at its end.

    Args:
        text: The file; empty where there is none.
        wanted: The lines.
    """
    lines = text.splitlines()
    missing = [line for line in wanted if line not in lines]
    return "".join(f"{line}\n" for line in (*lines, *missing)) if missing else text


def with_requirement(text: str, version: str, direct_url: str | None) -> str:
    """Returns a requirements.txt that installs this package again as it was installed here; one that names it already stays.

    A name alone is written only where a registry gave the package: anybody may have taken it in another one.

    Args:
        text: The file; empty where there is none.
        version: The version.
        direct_url: Where pip took it from (PEP 610), as it noted; `None` for a registry.
    """
    if re.search(r"^pulumi[-_.]elastic[-_.]org(?![\w-])", text, re.MULTILINE | re.IGNORECASE):
        return text
    origin = json.loads(direct_url) if direct_url else {}
    url = str(origin.get("url", ""))
    if not url:
        lines = [f"{_PACKAGE}=={version}"]
    elif "vcs_info" in origin:
        lines = [f"{_PACKAGE} @ {origin['vcs_info']['vcs']}+{url}@{origin['vcs_info']['commit_id']}"]
    elif url.startswith("https://"):
        lines = [f"{_PACKAGE} @ {url}"]
    else:
        lines = list(_FROM_HERE)
    return with_lines(text, lines)

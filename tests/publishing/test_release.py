"""A release is built the same twice, works where it is installed, and is refused when it is not ready."""

from __future__ import annotations

import json
import os
import runpy
import site
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2
from ruamel.yaml import YAML

from hatch_build import description, links
from pulumi_elastic_org.plugin.version import semantic
from tests.support.plugin_process import started

ROOT = Path(__file__).parents[2]
RELEASE: dict[str, Any] = runpy.run_path(str(ROOT / ".ci" / "release"))
OFFLINE = ("--no-isolation", "--skip-dependency-check")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    scratch = tmp_path_factory.mktemp("release")
    first = RELEASE["build"](RELEASE["export"](scratch / "one"), scratch / "dist", *OFFLINE)
    second = RELEASE["build"](RELEASE["export"](scratch / "elsewhere" / "two"), scratch / "again", *OFFLINE)
    assert RELEASE["sums"](first) == RELEASE["sums"](second)
    return list(first)


def test_what_is_built_is_the_same_wherever_it_is_built_and_works_where_it_is_installed(
    built: list[Path], tmp_path: Path
) -> None:
    assert [file.suffix for file in built] == [".whl", ".gz"]
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    run = RELEASE["run"]
    run(python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", built[0], cwd=tmp_path)
    packages = run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=tmp_path)
    # What it depends on is at hand in this environment; the project itself is not found there, as it is only linked to.
    Path(packages, "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    found = run(python, "-c", "import pulumi_elastic_org as it; print(it.__file__)", cwd=tmp_path)
    assert str(environment) in found
    RELEASE["try_out"](environment / "bin", RELEASE["version"](ROOT))
    with started({"PATH": ""}, executable=environment / "bin" / "pulumi-resource-elastic-org") as plugin:
        schema = plugin.stub.GetSchema(provider_pb2.GetSchemaRequest(), wait_for_ready=True, timeout=60).schema
    assert json.loads(schema)["version"] == semantic(RELEASE["version"](ROOT))


Project = Callable[..., Path]
ADDRESS = "https://example.org/acme/it"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Makes a project that says a version, has a changelog, and recorded the state of a version."""

    def make(version: str, changelog: str, recorded: str, start: str = "Install it by its name.") -> Path:
        (tmp_path / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')
        (tmp_path / "CHANGELOG.md").write_text(changelog)
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "start.md").write_text(start)
        (tmp_path / "tests" / "releases" / f"v{recorded.replace('.', '_')}").mkdir(parents=True)
        return tmp_path

    return make


READY = "# Changelog\n\n## Unreleased\n\n## 0.3.0\n\n- A thing\n\n## 0.2.0\n\n- An older thing\n"
UNREADY = "# Changelog\n\n## Unreleased\n\n- A thing\n\n## 0.2.0\n\n- Older\n"


def test_a_tag_is_released_when_version_changelog_and_recorded_state_are_its_own(project: Project) -> None:
    root = project("0.3.0", READY, "0.3.0")
    assert RELEASE["unready"](root, "v0.3.0", ADDRESS) == []
    assert RELEASE["notes"](root, "0.3.0") == "- A thing\n"


def test_everything_that_keeps_a_tag_from_being_released_is_told_at_once(project: Project) -> None:
    root = project("0.2.0", UNREADY, "0.2.0", "It is in no package registry yet: install a clone.")
    assert RELEASE["unready"](root, "v0.3.0", "") == [
        "pyproject.toml says version 0.2.0, the tag 0.3.0",
        "CHANGELOG.md says nothing under '## 0.3.0'",
        "CHANGELOG.md has lines under '## Unreleased': they belong under '## 0.3.0'",
        "tests/releases/v0_3_0 is missing: record the state that this version writes (RELEASE.md)",
        "REPOSITORY_URL is not the repository's address on the web: the package's description would lead nowhere",
        "docs/start.md says that it is in no package registry yet, where this release puts it",
    ]


def test_a_plugin_that_does_not_say_its_port_is_refused(tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.write_text(f"#!{sys.executable}\nprint('50051', flush=True)\nimport time\ntime.sleep(60)\n")
    plugin.chmod(0o755)
    RELEASE["starts"](plugin)
    plugin.write_text(f"#!{sys.executable}\nprint('cannot start')\n")
    with pytest.raises(RELEASE["NotReady"], match="should say its port"):
        RELEASE["starts"](plugin)


def test_the_links_of_the_description_lead_to_the_repository_or_nowhere() -> None:
    readme = "![preview](docs/preview.svg) See [drift](docs/drift.md) and [Pulumi](https://www.pulumi.com/)."
    assert description(readme, ADDRESS) == (
        "![preview](https://example.org/acme/it/raw/HEAD/docs/preview.svg) See "
        "[drift](https://example.org/acme/it/blob/HEAD/docs/drift.md) and [Pulumi](https://www.pulumi.com/)."
    )
    assert description(readme, None) == " See drift and [Pulumi](https://www.pulumi.com/)."
    assert links(ADDRESS)["Changelog"] == f"{ADDRESS}/blob/HEAD/CHANGELOG.md"
    assert links(None) == {}


def test_only_one_page_says_where_it_can_be_installed_from() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
    saying = [page.name for page in pages if RELEASE["UNPUBLISHED"] in page.read_text(encoding="utf-8")]
    assert saying in (["start.md"], [])


@pytest.mark.parametrize(("arguments", "code"), [((), 0), (("--required",), 1)])
def test_where_nobody_can_be_asked_about_vulnerabilities_only_a_release_fails(
    arguments: tuple[str, ...], code: int
) -> None:
    audit = [sys.executable, str(ROOT / ".ci" / "audit"), *arguments]
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    ended = subprocess.run(audit, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.startswith("audit: not done")) == (code, True)


@pytest.mark.parametrize("extra", ["emulator", "migrate"])
def test_an_extra_that_a_message_advises_is_added_to_the_package_that_is_there(extra: str) -> None:
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", f"pulumi-elastic-org[{extra}]"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"Requirement already satisfied: pulumi-elastic-org[{extra}]" in said


@pytest.mark.parametrize("workflow", ["ci", "release"])
def test_a_workflow_asks_about_vulnerabilities(workflow: str) -> None:
    document = YAML(typ="safe", pure=True).load(ROOT / ".github" / "workflows" / f"{workflow}.yml")
    jobs = document["jobs"]
    steps = jobs["build" if workflow == "release" else "audit"]["steps"]
    assert "make audit ARGUMENTS=--required" in [step.get("run") for step in steps]
    assert workflow != "release" or jobs["publish"]["needs"] == "build"

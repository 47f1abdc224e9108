"""`elastic-org init`: from nothing to a project that previews clean, and nothing overwritten unasked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.adoption.project import IGNORED, project_files, with_lines, with_requirement
from pulumi_elastic_org.cli import main
from pulumi_elastic_org.cli.demo.emulation import environment as leading_to
from tests.pipelines.shell import git, skip_without_tools
from tests.support.typed import answered


def call(*arguments: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


@pytest.mark.parametrize("form", ["yaml", "python"])
def test_a_new_project_previews_clean(tmp_path: Path, emulator: Emulator, engine_name: str, form: str) -> None:
    project, state = tmp_path / "people", tmp_path / "state"
    state.mkdir()
    environment = {**leading_to(emulator), "PULUMI_BACKEND_URL": state.as_uri()}
    made = call("init", str(project), "--format", form, environment=environment)
    assert made.exit_code == 0, made.output
    preview = call("preview", "-C", str(project), "--engine", engine_name, environment=environment)
    assert "Organization 2871506934: nothing to do" in preview.output
    assert preview.exit_code == 0


def test_what_to_do_next_is_five_lines(tmp_path: Path) -> None:
    said = call("init", str(tmp_path / "people"), "--emulator").stdout
    assert said.partition("\nNext")[2].splitlines() == [
        f", in {tmp_path / 'people'}:",
        "  elastic-org emulator                       # in another terminal; export here what it prints",
        "  elastic-org up                             # begins to manage what is live; changes nobody",
        "  elastic-org preview --save-plan plan.json  # after an edit of the people: what would happen, for review",
        "  elastic-org up --plan plan.json            # does what was reviewed, and nothing else",
        "  elastic-org drift                          # whose access was changed by hand",
    ]


@pytest.mark.parametrize("stack", ["prod", "acme/prod", "organization/people/prod"])
def test_the_stack_that_was_named_is_the_one_that_is_bound_and_that_what_comes_next_is_about(
    tmp_path: Path, emulator: Emulator, stack: str
) -> None:
    project = tmp_path / "people"
    made = call("init", str(project), "-s", stack, environment=leading_to(emulator))
    assert made.exit_code == 0, made.output
    assert sorted(path.name for path in project.glob("Pulumi.*")) == ["Pulumi.prod.yaml", "Pulumi.yaml"]
    for command in ("up", "preview --save-plan plan.json", "up --plan plan.json", "drift"):
        assert f"  elastic-org {command} -s {stack} " in made.stdout


def test_what_is_no_name_of_a_stack_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    refused = call("init", str(tmp_path), "--emulator", "-s", "a b")
    assert refused.exit_code == 2
    assert "'a b' is not the name of a stack" in refused.stderr
    assert not [*tmp_path.iterdir()]


def test_the_project_is_bound_to_its_organization(tmp_path: Path, emulator: Emulator) -> None:
    assert call("init", str(tmp_path), environment=leading_to(emulator)).exit_code == 0
    assert (tmp_path / "Pulumi.dev.yaml").read_text() == 'config:\n  elastic-org:organizationId: "2871506934"\n'
    other = {**leading_to(emulator), "EC_ORGANIZATION_ID": "2871507001"}
    refused = call("preview", "-C", str(tmp_path), "--engine", "embedded", environment=other)
    assert refused.exit_code == 1
    assert "two different organizations are named" in refused.output


def test_people_are_readable_by_their_owner_alone_and_what_is_private_stays_out_of_git(
    tmp_path: Path, emulator: Emulator
) -> None:
    skip_without_tools()
    environment = leading_to(emulator)
    assert call("init", str(tmp_path), environment=environment).exit_code == 0
    assert (tmp_path / "roster.yaml").stat().st_mode & 0o077 == 0
    up = call("up", "--yes", "-C", str(tmp_path), "--engine", "embedded", environment=environment)
    assert up.exit_code == 0, up.output
    saved = ("preview", "--save-plan", str(tmp_path / "plan.json"), "-C", str(tmp_path), "--engine", "embedded")
    assert call(*saved, environment=environment).exit_code == 0
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "-A")
    assert git(tmp_path, "ls-files").split() == [
        ".gitignore",
        "Pulumi.dev.yaml",
        "Pulumi.yaml",
        "__main__.py",
        "requirements.txt",
        "roster.schema.json",
        "roster.yaml",
    ]


def test_the_directory_of_the_state_is_out_of_git_in_every_project(tmp_path: Path, emulator: Emulator) -> None:
    skip_without_tools()
    (tmp_path / "Pulumi.yaml").write_text("name: people\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    up = ("up", "--yes", "-C", str(tmp_path), "--engine", "embedded")
    assert call(*up, environment=leading_to(emulator)).exit_code == 0
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "-A")
    assert git(tmp_path, "ls-files").split() == ["Pulumi.yaml", "__main__.py"]


@pytest.mark.parametrize(
    ("platform", "files"),
    {
        "github": [f".github/workflows/elastic-org-{name}.yml" for name in ("apply", "drift", "preview")],
        "gitlab": ["elastic-org.gitlab-ci.yml"],
    }.items(),
)
def test_pipelines_are_those_of_the_examples(
    tmp_path: Path, emulator: Emulator, platform: str, files: list[str]
) -> None:
    assert call("init", str(tmp_path), "--ci", platform, environment=leading_to(emulator)).exit_code == 0
    examples = Path(__file__).parents[2] / "examples" / "ci"
    originals = {path.read_text() for path in examples.rglob("*elastic-org*.yml")}
    assert all((tmp_path / name).read_text() in originals for name in files)


def test_pipelines_that_review_a_roster_file_are_not_added_to_a_project_without_one(
    tmp_path: Path, emulator: Emulator
) -> None:
    project = tmp_path / "people"

    refused = call("init", str(project), "--ci", "github", "--format", "python", environment=leading_to(emulator))

    assert refused.exit_code == 2
    assert "--ci goes with a roster file, which its pipelines review as data" in refused.output
    assert not project.exists()


def test_with_pipelines_the_state_is_where_they_find_it_before_anything_is_applied(
    tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    said = call("init", str(tmp_path), "--ci", "github", environment=leading_to(emulator)).stdout
    steps = said.partition("\nNext")[2].splitlines()
    [export] = [line for line in steps if "PULUMI_BACKEND_URL=..." in line]
    assert "PULUMI_CONFIG_PASSPHRASE=..." in export
    assert steps.index(export) < next(number for number, line in enumerate(steps) if "elastic-org up " in line)
    assert "once the pipelines are set up as their first lines say" in steps[-1]
    environment = {**leading_to(emulator), "PULUMI_BACKEND_URL": "file:///srv", "PULUMI_CONFIG_PASSPHRASE": "x"}
    assert "PULUMI_BACKEND_URL" not in call("init", str(tmp_path), "--ci", "github", environment=environment).stdout


class TestWhatIsThere:
    def test_where_nobody_can_be_asked_nothing_is_overwritten(self, tmp_path: Path, emulator: Emulator) -> None:
        (tmp_path / "roster.yaml").write_text("mode: additive\n")
        refused = call("init", str(tmp_path), environment=leading_to(emulator))
        assert refused.exit_code == 2
        assert (
            "roster.yaml: there already, and different. --yes overwrites, and keeps the old as NAME~" in refused.stderr
        )
        assert [path.name for path in tmp_path.iterdir()] == ["roster.yaml"]

    def test_with_yes_the_old_files_are_kept_beside(self, tmp_path: Path, emulator: Emulator) -> None:
        (tmp_path / "roster.yaml").write_text("mode: additive\n")
        (tmp_path / ".gitignore").write_text("notes.txt\n")
        made = call("init", str(tmp_path), "--yes", environment=leading_to(emulator))
        assert made.exit_code == 0
        assert [line for line in made.stdout.splitlines() if "the old one" in line] == [
            f"  wrote  {tmp_path / 'roster.yaml'}, the old one is roster.yaml~"
        ]
        assert (tmp_path / "roster.yaml~").read_text() == "mode: additive\n"
        assert (tmp_path / ".gitignore").read_text().startswith("notes.txt\n# State,")

    def test_a_second_time_nothing_changes(self, tmp_path: Path, emulator: Emulator) -> None:
        assert call("init", str(tmp_path), environment=leading_to(emulator)).exit_code == 0
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        again = call("init", str(tmp_path), environment=leading_to(emulator))
        assert again.exit_code == 0
        assert again.stdout.count("kept as it is") == len(before)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_a_second_organization_gets_a_directory_of_its_own(self, tmp_path: Path, emulator: Emulator) -> None:
        member = {
            "email": "eva@lab.example",
            "roles": {"organization": [{"role_id": "organization-admin"}]},
            "keys": ["k"],
        }
        assert call("init", str(tmp_path), environment=leading_to(emulator)).exit_code == 0
        before = (tmp_path / "roster.yaml").read_bytes()
        with Emulator({"organizations": [{"name": "lab", "id": "4242", "members": [member]}]}) as other:
            refused = call("init", str(tmp_path), "-s", "lab", "--yes", environment=leading_to(other))
            assert refused.exit_code == 1
            assert "Pulumi.dev.yaml is of organization 2871506934" in refused.stderr
            assert "nothing was written. Name another directory" in refused.stderr
            assert (tmp_path / "roster.yaml").read_bytes() == before
            own = call("init", str(tmp_path / "lab"), "-s", "lab", environment=leading_to(other))
        assert own.stdout.startswith("organization 4242: 1 person, 0 groups, 0 bundles, 0 deployments and projects\n")

    def test_whose_organization_a_directory_is_of_must_be_known(self, tmp_path: Path, emulator: Emulator) -> None:
        (tmp_path / "Pulumi.prod.yaml").write_text("config: [")
        refused = call("init", str(tmp_path), "--yes", environment=leading_to(emulator))
        assert refused.exit_code == 1
        assert "Pulumi.prod.yaml is not valid YAML" in refused.stderr


class TestAtATerminal:
    def test_without_a_key_it_begins_on_the_emulator(self, tmp_path: Path) -> None:
        said = answered(["init"], {"API key of an Organization owner": ""}, tmp_path)
        assert "elastic-org emulator" in said
        assert (tmp_path / "roster.yaml").exists()

    def test_a_key_is_asked_for_and_never_shown_or_written(
        self, tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EC_ENDPOINT", emulator.endpoint)
        said = answered(["init"], {"API key of an Organization owner": "demo-admin-key"}, tmp_path)
        assert "export EC_API_KEY=... EC_API_KEY_USER=you@example.com" in said
        assert "demo-admin-key" not in said
        assert not any("demo-admin-key" in path.read_text() for path in tmp_path.iterdir())

    def test_it_asks_before_it_overwrites(self, tmp_path: Path) -> None:
        (tmp_path / "roster.yaml").write_text("mode: additive\n")
        (tmp_path / "__main__.py").write_text("# mine\n")
        answers = {"Overwrite roster.yaml?": "y", "Overwrite __main__.py?": "n"}
        said = answered(["init", "--emulator"], answers, tmp_path)
        assert re.search(r"kept as it is\s+__main__.py", said)
        assert (tmp_path / "__main__.py").read_text() == "# mine\n"
        assert (tmp_path / "roster.yaml~").read_text() == "mode: additive\n"


def test_without_a_key_it_says_how_to_get_one(tmp_path: Path) -> None:
    refused = call("init", str(tmp_path))
    assert refused.exit_code == 1
    for part in (
        "set EC_API_KEY",
        "https://cloud.elastic.co/account/keys",
        "role Organization owner",
        "elastic-org init --emulator",
    ):
        assert part in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_project_it_is_pointed_to(tmp_path: Path, engine_name: str) -> None:
    refused = call("preview", "-C", str(tmp_path), "--engine", engine_name)
    assert refused.exit_code == 1
    assert refused.stderr == (
        f"Error: There is no Pulumi project in {tmp_path}: go to the one that you have, or name it with --cwd.\n"
        "`elastic-org init` makes one of what is live. By hand, Pulumi.yaml has two lines, beside __main__.py:\n"
        "  name: people\n"
        "  runtime: python\n"
    )


class TestFiles:
    def test_a_project_of_any_directory_has_a_valid_name_and_its_own_environment(self) -> None:
        files = project_files("Who's who?", "42", "dev", ".venv")
        expected = "name: Who-s-who\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n"
        assert files["Pulumi.yaml"] == expected
        assert project_files("???", "42", "dev", None)["Pulumi.yaml"] == "name: people\nruntime: python\n"

    @pytest.mark.parametrize(
        ("direct_url", "line"),
        [
            (None, "pulumi-elastic-org==0.3.0"),
            (
                '{"url": "https://git.example/it", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
                "pulumi-elastic-org @ git+https://git.example/it@abc",
            ),
            ('{"url": "https://files.example/it.whl"}', "pulumi-elastic-org @ https://files.example/it.whl"),
        ],
    )
    def test_a_requirement_installs_what_was_installed_here(self, direct_url: str | None, line: str) -> None:
        assert with_requirement("six\n", "0.3.0", direct_url) == f"six\n{line}\n"

    def test_what_no_registry_gave_is_not_required_by_its_name(self) -> None:
        written = with_requirement("", "0.3.0", '{"url": "file:///somewhere/it.whl"}')
        assert all(line.startswith("# ") for line in written.splitlines())
        assert "pulumi-elastic-org @ git+https://HOST/NAME@COMMIT" in written

    @pytest.mark.parametrize(
        "there", ["pulumi-elastic-org @ https://files.example/it.whl", "pulumi_elastic_org[migrate]"]
    )
    def test_a_requirement_that_is_there_stays(self, there: str) -> None:
        assert with_requirement(f"{there}\n", "0.3.0", None) == f"{there}\n"

    def test_the_requirement_of_another_package_is_not_this_one(self) -> None:
        assert with_requirement("pulumi-elastic-org-tools\n", "0.3.0", None).endswith("\npulumi-elastic-org==0.3.0\n")

    def test_lines_are_added_once(self) -> None:
        once = with_lines("notes.txt", IGNORED)
        assert once.splitlines() == ["notes.txt", *IGNORED]
        assert with_lines(once, IGNORED) == once


def test_the_programs_of_a_wheel_find_their_pipelines() -> None:
    script = "from pulumi_elastic_org.files import shipped; print(sorted(one.name for one in shipped('ci').iterdir()))"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "['github-actions', 'gitlab-ci']"

"""GitHub Actions, as far as the pipelines use it: events, jobs, conditions, artifacts; never more than is needed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.pipelines.shell import Machine, git

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"\b(github|vars|needs|secrets|steps)(\.[\w-]+)+")
REPOSITORY = "acme/people"
DOES_NOTHING_HERE = ("actions/setup-python", "pulumi/actions")

Json = dict[str, Any]


class GitHub:
    """One repository and its workflows.

    Args:
        machine: What the jobs run on.
        origin: The bare repository.
        workflows: The directory of the workflows.
        variables: Of the repository.
        secrets: By the environment that has them; "" for those of the repository.
        reviewed: Its environments that have required reviewers.
        approve: Answers for the reviewers whether a job may use an environment.
    """

    def __init__(
        self,
        machine: Machine,
        origin: Path,
        workflows: Path,
        variables: Mapping[str, str],
        secrets: Mapping[str, Mapping[str, str]],
        reviewed: Collection[str],
        approve: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._machine = machine
        self._origin = origin
        self._workflows = {path.stem.rpartition("-")[2]: path for path in sorted(workflows.glob("*.yml"))}
        self._variables = variables
        self._secrets = secrets
        self._home = machine.directory / "github"
        (self._home / "runs").mkdir(parents=True)
        protected = {name: [{"type": "required_reviewers"}] if name in reviewed else [] for name in secrets if name}
        self._write({"comments": [], "environments": protected, "issues": [], "pulls": {}, "runs": []})
        self.approve = approve

    @property
    def comments(self) -> list[Json]:
        return list(self._state["comments"])

    @property
    def issues(self) -> list[Json]:
        return list(self._state["issues"])

    def excuse_reviewers(self, environment: str) -> None:
        """Takes the required reviewers from an environment."""
        state = self._state
        state["environments"][environment] = []
        self._write(state)

    def propose(self, number: int, head: str) -> bool:
        """Opens a pull request or pushes to it, and runs the preview; `head` is a commit in the repository."""
        base = git(self._origin, "rev-parse", "main")
        tree = git(self._origin, "merge-tree", "--write-tree", base, head)
        merge = git(self._origin, "commit-tree", tree, "-p", base, "-p", head, "-m", "merge")
        git(self._origin, "update-ref", f"refs/pull/{number}/merge", merge)
        event = {"pull_request": {"number": number, "head": {"sha": head}}}
        return self._run("preview", "pull_request_target", base, event)

    def merge(self, number: int, head: str) -> bool:
        """Merges a pull request, and runs the apply."""
        merged = git(self._origin, "rev-parse", f"refs/pull/{number}/merge")
        git(self._origin, "update-ref", "refs/heads/main", merged)
        state = self._state
        state["pulls"][merged] = [{"number": number, "head": {"sha": head}}]
        self._write(state)
        return self._run("apply", "push", merged)

    def apply_by_hand(self) -> bool:
        return self._run("apply", "workflow_dispatch", git(self._origin, "rev-parse", "main"))

    def review_drift(self) -> bool:
        return self._run("drift", "schedule", git(self._origin, "rev-parse", "main"))

    @property
    def _state(self) -> Json:
        state: Json = json.loads((self._home / "state.json").read_text())
        return state

    def _write(self, state: Json) -> None:
        (self._home / "state.json").write_text(json.dumps(state))

    def _run(self, workflow: str, event_name: str, commit: str, event: Json | None = None) -> bool:
        document = YAML(typ="safe", pure=True).load(self._workflows[workflow])
        assert event_name in document["on"], f"{workflow} does not run on {event_name}"
        state = self._state
        state["runs"].append({"id": len(state["runs"]) + 1, "event": event_name})
        self._write(state)
        run = _Run(self, document, len(state["runs"]), event_name, commit, event or {})
        return run.carry_out()


class _Run:
    """One run of one workflow."""

    def __init__(self, github: GitHub, document: Json, id: int, event_name: str, commit: str, event: Json) -> None:
        self._github = github
        self._machine = github._machine
        self._document = document
        self._commit = commit
        self._directory = github._home / "runs" / str(id)
        self._directory.mkdir()
        self._results: dict[str, Json] = {}
        self._context: Json = {
            "github": {
                "event": event,
                "event_name": event_name,
                "repository": REPOSITORY,
                "token": "token-of-the-run",
            },
            "vars": github._variables,
            "needs": self._results,
        }

    def carry_out(self) -> bool:
        for name, job in self._document["jobs"].items():
            needed = job.get("needs")
            fine = needed is None or self._results[needed]["result"] == "success"
            if not self._holds(job.get("if"), fine, self._context):
                self._results[name] = {"result": "skipped", "outputs": {}}
                continue
            self._results[name] = self._job(name, job)
        return all(job["result"] in ("success", "skipped") for job in self._results.values()) and any(
            job["result"] == "success" for job in self._results.values()
        )

    def _job(self, name: str, job: Json) -> Json:
        environment_name = str(_filled(job.get("environment", ""), self._context))
        if environment_name and not self._github.approve(environment_name):
            return {"result": "skipped", "outputs": {}}
        secrets = {**self._github._secrets.get("", {}), **self._github._secrets.get(environment_name, {})}
        workspace = self._machine.directory / f"job-{self._directory.name}-{name}"
        temp = workspace.with_suffix(".temp")
        workspace.mkdir()
        temp.mkdir()
        steps: Json = {}
        context = {
            **self._context,
            "github": {**self._context["github"], "workspace": str(workspace)},
            "secrets": secrets,
            "steps": steps,
        }
        shared = {**self._document.get("env", {}), **job.get("env", {})}
        fine = True
        for number, step in enumerate(job["steps"]):
            if not self._holds(step.get("if"), fine, context):
                continue
            given = {key: str(_filled(value, context)) for key, value in {**shared, **step.get("env", {})}.items()}
            outputs = temp / f"output-{number}"
            outputs.touch()
            given |= {
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_SHA": self._commit,
                "GITHUB_STAND_IN": str(self._github._home),
                "GITHUB_STEP_SUMMARY": str(temp / "summary.md"),
                "RUNNER_TEMP": str(temp),
            }
            if "run" in step:
                assert "${{" not in step["run"], "an expression in a script is a way in"
                done = self._machine.run(step["run"], workspace, given)
            else:
                done = self._use(step["uses"].partition("@")[0], _filled(step.get("with", {}), context), workspace)
            fine = fine and done
            written = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
            steps[step.get("id", str(number))] = {"outputs": written}
        declared = {key: _filled(value, context) for key, value in job.get("outputs", {}).items()}
        return {"result": "success" if fine else "failure", "outputs": declared}

    def _use(self, action: str, given: Json, workspace: Path) -> bool:
        if action in DOES_NOTHING_HERE:
            return True
        if action == "actions/checkout":
            git(workspace, "clone", "--quiet", self._github._origin.as_uri(), ".")
            git(workspace, "checkout", "--quiet", "--detach", self._commit)
            return True
        artifact = self._directory / given["name"]
        if action == "actions/upload-artifact":
            found = [path for path in (workspace / line for line in given["path"].split()) if path.exists()]
            artifact.mkdir()
            for path in found:
                shutil.copy(path, artifact)
            return True
        assert action == "actions/download-artifact", f"{action} is not known here"
        if not artifact.exists():
            return False
        shutil.copytree(artifact, workspace, dirs_exist_ok=True)
        return True

    @staticmethod
    def _holds(condition: str | None, fine: bool, context: Json) -> bool:
        if condition is None:
            return fine
        expression = _EXPRESSION.sub(r"\1", condition)
        if "cancelled()" not in expression and not fine:
            return False
        return bool(_evaluate(expression, context))


def _filled(value: Any, context: Json) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, context) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    return _EXPRESSION.sub(lambda found: _text(_evaluate(found[1], context)), value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _evaluate(expression: str, context: Json) -> Any:
    """The little of GitHub's expression language that the pipelines use, which is Python's under other names."""
    for theirs, ours in (("!cancelled()", "True"), ("&&", " and "), ("||", " or ")):
        expression = expression.replace(theirs, ours)
    return eval(_NAME.sub(lambda found: repr(_look_up(found[0], context)), expression).strip(), {"__builtins__": {}})


def _look_up(name: str, context: Any) -> Any:
    for part in name.split("."):
        context = context.get(part, "") if isinstance(context, Mapping) else ""
    return context

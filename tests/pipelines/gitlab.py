"""GitLab CI, as far as the pipelines use it: its API on loopback, rules, jobs and artifacts; never more than is needed."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask, abort, request, send_file
from ruamel.yaml import YAML
from werkzeug.serving import make_server

from tests.pipelines.shell import Machine, git

TOKEN = "token-of-the-project"
NOT_JOBS = ("workflow", "stages", "variables", "default")

Json = dict[str, Any]


class Api:
    """The part of GitLab's REST API that the pipelines call, on loopback.

    Args:
        artifacts: Where the artifacts of each merge request are, by its number.
    """

    def __init__(self, artifacts: Path) -> None:
        self.notes: list[Json] = []
        self.issues: list[Json] = []
        self.merge_requests: dict[str, list[Json]] = {}
        self._artifacts = artifacts
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/api/v4"

    def __enter__(self) -> Api:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _app(self) -> Flask:
        app = Flask(__name__)
        project = "/api/v4/projects/1"
        for rule, method, view in (
            ("/merge_requests/<int:number>/notes", "GET", lambda **_: self.notes),
            ("/merge_requests/<int:number>/notes", "POST", lambda **_: _add(self.notes)),
            ("/merge_requests/<int:number>/notes/<int:id>", "PUT", lambda id, **_: _change(self.notes, id)),
            ("/repository/commits/<commit>/merge_requests", "GET", lambda commit: self.merge_requests.get(commit, [])),
            ("/issues", "GET", self._open_issues),
            ("/issues", "POST", lambda: _add(self.issues, state="opened")),
            ("/issues/<int:id>", "PUT", lambda id: _change(self.issues, id)),
            ("/issues/<int:id>/notes", "POST", lambda **_: {}),
            ("/jobs/artifacts/<path:path>", "GET", self._artifact),
        ):
            app.add_url_rule(project + rule, f"{method} {rule}", view, methods=[method])
        app.before_request(lambda: None if request.headers.get("PRIVATE-TOKEN") == TOKEN else abort(401))
        return app

    def _open_issues(self) -> list[Json]:
        label = request.args["labels"]
        return [one for one in self.issues if one["state"] == request.args["state"] and one["labels"] == label]

    def _artifact(self, path: str) -> Any:
        found = re.fullmatch(r"refs/merge-requests/(\d+)/head/raw/(.+)", unquote(path))
        assert request.args["job"] == "preview"
        file = self._artifacts / found[1] / found[2] if found else Path("/none")
        return send_file(file) if file.exists() else abort(404)


def _add(kept: list[Json], **more: Any) -> Json:
    kept.append({"id": len(kept) + 1, "iid": len(kept) + 1, **request.form, **more})
    return kept[-1]


def _change(kept: list[Json], id: int) -> Json:
    changes = dict(request.form)
    if changes.pop("state_event", "") == "close":
        changes["state"] = "closed"
    kept[id - 1] |= changes
    return kept[id - 1]


class GitLab:
    """One project and its pipelines.

    Args:
        machine: What the jobs run on.
        origin: The bare repository.
        file: The pipelines.
        api: GitLab's API.
        variables: Of the project.
        secrets: By the environment whose jobs see them; "" for those that every job sees.
    """

    def __init__(
        self,
        machine: Machine,
        origin: Path,
        file: Path,
        api: Api,
        variables: Mapping[str, str],
        secrets: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._machine = machine
        self._origin = origin
        self._document = YAML(typ="safe", pure=True).load(file)
        self._api = api
        self._variables = {"CI_API_V4_URL": api.url, "CI_PROJECT_ID": "1", **variables}
        self._secrets = secrets
        self._pipelines = 0

    def propose(self, number: int, head: str) -> bool:
        """Opens a merge request or pushes to it; `head` is a commit in the repository."""
        given = {"CI_MERGE_REQUEST_IID": str(number), "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
        return self._run("merge_request_event", head, given, keep=self._machine.directory / "artifacts" / str(number))

    def merge(self, number: int, head: str) -> bool:
        """Merges a merge request that is ahead of main."""
        git(self._origin, "update-ref", "refs/heads/main", head)
        self._api.merge_requests[head] = [{"iid": number, "sha": head}]
        return self._run("push", head)

    def apply_by_hand(self) -> bool:
        """Runs a pipeline by hand, and presses the button of each job that waits for one."""
        return self._run("web", git(self._origin, "rev-parse", "main"))

    def review_drift(self) -> bool:
        return self._run("schedule", git(self._origin, "rev-parse", "main"))

    def _run(self, source: str, commit: str, given: Mapping[str, str] | None = None, keep: Path | None = None) -> bool:
        self._pipelines += 1
        branch = {} if source == "merge_request_event" else {"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
        known = {
            **self._variables,
            **(given or {}),
            **branch,
            "CI": "true",
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": source,
            "CI_COMMIT_SHA": commit,
            **self._document["variables"],
        }
        assert self._rule(self._document["workflow"], known) is not None, f"no pipeline runs on {source}"
        artifacts = self._machine.directory / f"artifacts-{self._pipelines}"
        artifacts.mkdir()
        fine, ran = True, False
        for stage in self._document["stages"]:
            for name, job in self._jobs().items():
                rule = self._rule(job, known) if "rules" in job else {}
                if job["stage"] != stage or rule is None or not (fine or rule.get("when") == "always"):
                    continue
                fine = self._job(name, job, known, commit, artifacts) and fine
                ran = True
        if keep is not None and fine:
            shutil.copytree(artifacts, keep, ignore=shutil.ignore_patterns(".venv"), dirs_exist_ok=True)
        return fine and ran

    def _jobs(self) -> Json:
        jobs = {name: job for name, job in self._document.items() if name not in NOT_JOBS}
        return {
            name: {**self._document["default"], **jobs.get(job.get("extends"), {}), **job}
            for name, job in jobs.items()
            if not name.startswith(".")
        }

    def _job(self, name: str, job: Json, known: Json, commit: str, artifacts: Path) -> bool:
        workspace = self._machine.directory / f"job-{self._pipelines}-{name.replace(' ', '-')}"
        workspace.mkdir()
        if job.get("variables", {}).get("GIT_STRATEGY") != "none":
            git(workspace, "clone", "--quiet", self._origin.as_uri(), ".")
            git(workspace, "checkout", "--quiet", "--detach", commit)
        dotenv = artifacts / "drift.env"
        passed_on = dict(line.split("=", 1) for line in dotenv.read_text().splitlines()) if dotenv.exists() else {}
        shutil.copytree(artifacts, workspace, symlinks=True, dirs_exist_ok=True)
        environment = {**known, **job.get("variables", {}), **passed_on, "CI_PROJECT_DIR": str(workspace)}
        for scope in ("", job.get("environment", {}).get("name")):
            environment |= self._secrets.get(scope, {})
        environment = {key: _expanded(value, environment) for key, value in environment.items()}
        script = "\n".join([*job["before_script"], *job["script"]])
        done = self._machine.run(script, workspace, environment)
        kept = job.get("artifacts", {})
        if done or kept.get("when") == "always":
            paths = [*kept.get("paths", ()), *kept.get("reports", {}).values()]
            for path in workspace.iterdir():
                if any(fnmatch(path.name, _expanded(wanted, environment)) for wanted in paths):
                    _copy(path, artifacts / path.name)
        return done

    @staticmethod
    def _rule(job: Json, known: Mapping[str, str]) -> Json | None:
        """The first rule that applies; every one of them compares variables with texts or with each other."""
        for rule in job["rules"]:
            compared = [part.strip().split(" == ") for part in rule["if"].split("&&")]
            if all(_operand(left, known) == _operand(right, known) for left, right in compared):
                return dict(rule)
        return None


def _copy(path: Path, there: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, there, symlinks=True)
    else:
        shutil.copy(path, there)


def _operand(text: str, known: Mapping[str, str]) -> str | None:
    return known.get(text[1:]) if text.startswith("$") else str(json.loads(text))


def _expanded(text: str, known: Mapping[str, str]) -> str:
    return re.sub(r"\$(CI_\w+)", lambda found: known[found[1]], text)

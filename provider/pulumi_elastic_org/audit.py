"""The audit trail: one JSON line for everything that an apply does, appended as it happens.

The file is named by the environment variable `ELASTIC_ORG_AUDIT_LOG`; without it nothing is written. A line says what was done
for whom, by which request and with what result; which guards an override let pass, and why; and, where the variables of GitHub
Actions or GitLab CI tell, for which commit, in which run and at whose wish. No line holds an API key or an invitation's token.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.files import append_line, read_bytes
from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Change,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    RevokeKeys,
)
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.people import Invitation
from pulumi_elastic_org.model.verdicts import Waiver
from pulumi_elastic_org.variables import AUDIT_LOG, STACK

_INVITE = "POST /organizations/{organization}/invitations"
_CANCEL = "DELETE /organizations/{organization}/invitations/TOKEN"
_REQUESTS: Mapping[type[Change], str] = {
    Invite: _INVITE,
    Reinvite: f"{_CANCEL}, {_INVITE}",
    CancelInvitation: _CANCEL,
    AddGrants: "POST /users/{user}/role_assignments",
    RemoveGrants: "DELETE /users/{user}/role_assignments",
    RemoveMember: "DELETE /organizations/{organization}/members/{user}",
    RevokeKeys: "DELETE /users/auth/keys/{keys}",
}


_ACCOUNT = re.compile(r"/(?:members|users(?=/[^/]+/role_assignments))/([^/\s]+)")
"""The user id in a request."""
_LOGGER = logging.getLogger(__name__)


class AuditError(ActionableError):
    """The audit trail cannot be written or read. The message says which file, and what to do."""


class AuditedOverride(BaseModel):
    """A guard that an override let pass, and why."""

    model_config = ConfigDict(frozen=True)

    guard: str
    reason: str


class AuditEntry(BaseModel):
    """One line of the trail.

    Args:
        time: When it happened (UTC).
        organization_id: In which organization.
        result: Whether it was done; refused by the API; failed, since the API answered that it was done and does not show it; or
            whether the apply stopped here and what was under way is unknown.
        person: Whom it is about; ``None`` where it is about nobody, or an apply of several stopped.
        subject: What it is about where that is no person, such as ``role mapping owners``.
        change: What was to be done, such as ``invite``.
        roles: The roles that were given, or by ``remove roles`` taken, in text form.
        roles_before: The roles held before, in text form, where membership ends or an invitation is replaced.
        request: The API's method and path.
        reason: Why it was refused, or stopped.
        overrides: The guards that were overridden for this person.
        target_names: What people call the deployments and projects that the roles are for, by id.
        stack: Pulumi's stack, where known.
        commit: The commit that was applied, where known.
        run: The address of the CI run, where known.
        triggered_by: Whose push or click started the CI run, where known.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    time: AwareDatetime
    organization_id: str
    result: Literal["done", "refused", "failed", "stopped"]
    person: str | None = None
    subject: str | None = None
    change: str | None = None
    roles: str | None = None
    roles_before: str | None = None
    request: str | None = None
    reason: str | None = None
    overrides: tuple[AuditedOverride, ...] = ()
    target_names: dict[str, str] = {}
    stack: str | None = None
    commit: str | None = None
    run: str | None = None
    triggered_by: str | None = None


class AuditTrail:
    """Appends what one apply does to the trail.

    Args:
        organization_id: In which organization it is done.
        environment: Names the file, and tells of the run.

    Raises:
        AuditError: The file cannot be written: said before anything is changed.
    """

    def __init__(self, organization_id: str, environment: Mapping[str, str] = os.environ) -> None:
        self.organization_id = organization_id
        self._path = environment.get(AUDIT_LOG)
        self._run = _run(environment)
        if self._path and not Path(self._path).is_absolute():
            raise AuditError(f"{AUDIT_LOG} is the relative path '{self._path}': make it absolute; nothing was changed")
        self._append(None)

    @property
    def is_kept(self) -> bool:
        """Whether there is a file to which this is written."""
        return bool(self._path)

    def record(
        self,
        change: Change,
        refusal: str | None,
        waivers: Iterable[Waiver] = (),
        *,
        failed: bool = False,
        target_names: Mapping[str, str] | None = None,
    ) -> None:
        """Appends what became of one change.

        Args:
            change: What was to be done.
            refusal: Why the API did not do it; ``None`` where it did.
            waivers: What overrides let pass for the person.
            failed: Whether the API had answered that it did it.
            target_names: What people call deployments and projects, by id.
        """
        data = change.to_json()
        keys = ",".join(key.id for key in change.keys) if isinstance(change, RevokeKeys) else ""
        request = _REQUESTS[type(change)].format(organization=self.organization_id, user=data.get("user_id"), keys=keys)
        self._write(
            refusal,
            failed=failed,
            person=change.person,
            change=change.verb,
            roles=data.get("roles"),
            roles_before=data.get("roles_before"),
            request=request,
            overrides=tuple(AuditedOverride(guard=one.guard, reason=one.override_reason) for one in waivers),
            target_names=dict(target_names or {}),
        )

    def accepted(self, invitation: Invitation, refusal: str | None, *, failed: bool = False) -> None:
        """Appends that a person accepted an invitation.

        Args:
            invitation: Which.
            refusal: Why the API did not do it; ``None`` where it did.
            failed: Whether the API had answered that it did it.
        """
        self._write(
            refusal,
            failed=failed,
            person=invitation.email,
            change="accept invitation",
            roles=format_grants(invitation.grants),
            request="POST /organizations/invitations/TOKEN/_accept",
        )

    @contextmanager
    def call(self, change: str, subject: str, request: str, roles: str | None = None) -> Iterator[None]:
        """Surrounds one call that changes what is no person, and appends what became of it.

        Args:
            change: What is to be done, such as ``delete``.
            subject: What it is about, such as ``role mapping owners``; never a secret.
            request: The API's method and path.
            roles: The roles that go with it, in text form.
        """
        request = request.format(organization=self.organization_id)
        about: dict[str, Any] = {"subject": subject, "change": change, "roles": roles, "request": request}
        try:
            yield
        except CloudError as error:
            if error.maybe_done:
                about["result"] = "stopped"
            self._write(str(error), **about)
            raise
        self._write(None, **about)

    @contextmanager
    def apply(self, person: str) -> Iterator[None]:
        """Surrounds what is applied for one person; where it ends by an error, that is appended.

        Args:
            person: Whom it is about.
        """
        try:
            yield
        except AuditError:
            raise
        except BaseException as error:
            self.stop(str(error) if isinstance(error, ActionableError) else type(error).__name__, person)
            raise

    def stop(self, reason: str, person: str | None = None) -> None:
        """Appends that the apply ended before its end.

        Args:
            reason: Why; what was under way at that moment may have been done or not.
            person: Whom it was about; ``None`` where it was about several.
        """
        self._write(reason, result="stopped", person=person)

    def _write(self, refusal: str | None, *, failed: bool = False, **fields: object) -> None:
        result = "failed" if failed else "done" if refusal is None else "refused"
        where = {"time": now(), "organization_id": self.organization_id, **self._run}
        entry = AuditEntry.model_validate({**where, "result": result, "reason": refusal, **fields})
        self._append(json.dumps(entry.model_dump(mode="json", exclude_defaults=True), separators=(",", ":")))

    def _append(self, line: str | None) -> None:
        """Appends a line; ``None`` to see whether one could."""
        if not self._path:
            return
        try:
            descriptor = _opened(self._path)
            try:
                if line is not None:
                    append_line(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise AuditError(
                f"cannot write the audit trail {self._path} ({error.strerror}): fix that, or unset {AUDIT_LOG}; "
                "the last change may be missing from it"
            ) from None


def _opened(path: str) -> int:
    """The file, to read as well where that is allowed; a pipe, whose reader one would wait for, is refused."""
    flags = os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
    try:
        descriptor = os.open(path, os.O_RDWR | flags, 0o600)
    except PermissionError:
        descriptor = os.open(path, os.O_WRONLY | flags, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return descriptor


def read_trail(path: Path, warn: Callable[[str], None] = _LOGGER.warning) -> Iterator[AuditEntry]:
    """Yields the entries of a trail, oldest first.

    Args:
        path: The file.
        warn: Called with one line for each line that is no entry, such as one that a full disk cut off. The default logs a warning.

    Raises:
        AuditError: The file cannot be read, or holds lines and none of them is an entry.
    """
    try:
        lines = read_bytes(path).split(b"\n")  # and at no U+2028, which other readers take for the end of a line too
    except OSError as error:
        raise AuditError(f"cannot read the audit trail {path}: {error.strerror}") from None
    found, unreadable = False, ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = AuditEntry.model_validate_json(line)
        except ValidationError:
            unreadable = f"{path}:{number}: this line is incomplete or not an entry of an audit trail, and is left out"
            warn(unreadable)
            continue
        found = True
        yield entry
    if unreadable and not found:
        raise AuditError(f"{path} is not an audit trail: no line of it is an entry")


def known_addresses(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Returns by which address applies knew accounts, by user id; the last one counts.

    Args:
        entries: Of a trail, oldest first.
    """
    found = ((_ACCOUNT.search(entry.request or ""), entry.person) for entry in entries)
    return {account[1]: person for account, person in found if account and person}


def _run(environment: Mapping[str, str]) -> dict[str, str | None]:
    """What the environment tells of the run; for the variables see GitHub's and GitLab's documentation of their CI."""
    server, repository, run = (environment.get(f"GITHUB_{key}") for key in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    on_github = f"{server}/{repository}/actions/runs/{run}" if server and repository and run else None
    return {
        "stack": environment.get(STACK) or environment.get("PULUMI_STACK"),
        "commit": environment.get("GITHUB_SHA") or environment.get("CI_COMMIT_SHA"),
        "run": on_github or environment.get("CI_JOB_URL"),
        "triggered_by": environment.get("GITHUB_ACTOR") or environment.get("GITLAB_USER_LOGIN"),
    }

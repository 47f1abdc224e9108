"""Whether an organization has the deployments and projects that roles are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from pulumi_elastic_org.cloud.deployments import deployments, has_deployment
from pulumi_elastic_org.cloud.errors import CloudError, IncompleteList, NotFound
from pulumi_elastic_org.cloud.projects import has_project, projects
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import DEPLOYMENT, PROJECT_TYPES
from pulumi_elastic_org.model.guard_settings import DEFAULT_OWNER_TAG
from pulumi_elastic_org.model.targets import Target, TargetSearch

_NO_LIST = "Elastic has published no call that lists this kind"


class TargetIndex:
    """Looks deployments and projects up as they are asked for; what was found once is there.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
    """

    def __init__(self, session: Session, organization_id: str) -> None:
        self._session = session
        self._organization_id = organization_id
        self._listed: set[str] = set()
        self._found: set[Target] = set()
        self._names: dict[str, str] = {}

    def search(self, targets: Iterable[Target]) -> TargetSearch:
        """Says which of the targets are not there. Raises nothing: what cannot be found out is said to be unchecked.

        Costs one listing a kind, and a call for each that the listing does not show, such as a stopped deployment.

        Args:
            targets: What roles are for.
        """
        unchecked: dict[Target, str] = {}
        asked = set(targets)
        for scope in sorted({target.scope for target in asked - self._found} - self._listed):
            if scope not in (DEPLOYMENT, *PROJECT_TYPES):
                unchecked |= {target: _NO_LIST for target in asked if target.scope == scope}
                continue
            try:
                self._list(scope)
            except CloudError as error:
                unchecked |= {target: str(error) for target in asked - self._found if target.scope == scope}
        unknown = sorted(asked - self._found - unchecked.keys())
        missing: set[Target] = set()
        if unknown:
            with self._session.side_by_side() as pool:
                for target, answer in zip(unknown, pool.map(self._is_there, unknown), strict=True):
                    if answer is True:
                        self._found.add(target)
                    elif answer is False:
                        missing.add(target)
                    else:
                        unchecked[target] = str(answer)
        return TargetSearch(frozenset(missing), unchecked)

    def names(self, scopes: Iterable[str]) -> Mapping[str, str]:
        """Returns the names of deployments and projects by id; of kinds that cannot be listed none, since a name is a courtesy.

        Args:
            scopes: The kinds.
        """
        for scope in sorted({*scopes} - self._listed):
            if scope in (DEPLOYMENT, *PROJECT_TYPES):
                with suppress(CloudError):
                    self._list(scope)
        return self._names

    def _list(self, scope: str) -> None:
        try:
            if scope == DEPLOYMENT:
                found = deployments(self._session, self._organization_id, DEFAULT_OWNER_TAG)
            else:
                found = projects(self._session, self._organization_id, scope, DEFAULT_OWNER_TAG)
        except IncompleteList:
            found = []  # each is asked for by its id
        self._found |= {Target(scope, one.id) for one in found}
        self._names |= {one.id: one.name for one in found}
        self._listed.add(scope)

    def _is_there(self, target: Target) -> bool | CloudError:
        try:
            if target.scope == DEPLOYMENT:
                return has_deployment(self._session, self._organization_id, target.id)
            return has_project(self._session, self._organization_id, target.scope, target.id)
        except NotFound:
            return False
        except CloudError as error:
            return error

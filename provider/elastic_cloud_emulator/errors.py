"""The refusals of the emulated cloud, with the codes that Elastic's API description publishes, unless it is said otherwise."""

from collections.abc import Sequence


class ApiError(Exception):
    """A refused call. Each kind of refusal is a class, which says its status and its code.

    Args:
        message: What is wrong, for people.
        fields: The fields of the request that are at fault, if any.
    """

    status: int
    code: str

    def __init_subclass__(cls, *, status: int = 400, code: str = "root.invalid_data") -> None:
        cls.status, cls.code = status, code

    def __init__(self, message: str, *fields: str) -> None:
        super().__init__(message)
        self.fields = fields

    def elements(self) -> list[dict[str, object]]:
        """Return the elements of the published `BasicFailedReply`."""
        element: dict[str, object] = {"code": self.code, "message": str(self)}
        if self.fields:
            element["fields"] = list(self.fields)
        return [element]


class SeveralErrors(ApiError):
    """One call refused for several reasons of the same status."""

    def __init__(self, errors: Sequence[ApiError]) -> None:
        super().__init__(" ".join(str(error) for error in errors))
        self.status = errors[0].status
        self._errors = errors

    def elements(self) -> list[dict[str, object]]:
        return [element for error in self._errors for element in error.elements()]


class RefusedOnDemand(ApiError):
    """A refusal with any status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__("The call is refused on demand.")
        self.status, self.code = status, code


class InvalidData(ApiError, status=400, code="root.invalid_data"): ...


class Unauthorized(ApiError, status=401, code="root.unauthorized"): ...


class InvalidAuthentication(ApiError, status=403, code="root.invalid_authentication"): ...


class ResourceNotFound(ApiError, status=404, code="root.resource_not_found"):
    """No such path, deployment or project; the code is not published."""


class DeploymentNotFound(ApiError, status=404, code="deployments.deployment_not_found"): ...


class DeploymentResourceNotFound(ApiError, status=404, code="deployments.deployment_resource_not_found"): ...


class RateLimited(ApiError, status=429, code="root.rate_limit_exceeded"):
    """Too many calls in an interval; the code is not published."""


class InternalError(ApiError, status=500, code="root.internal_server_error"):
    """A failure of the service; the code is not published."""


class Unavailable(ApiError, status=503, code="root.service_unavailable"):
    """The service is down; the code is not published."""


class InvalidAccess(ApiError, status=403, code="organization.invalid_access"): ...


class InvalidOrganizationName(ApiError, status=400, code="organization.invalid_name"): ...


class OrganizationNotFound(ApiError, status=404, code="organization.not_found"): ...


class MembershipNotFound(ApiError, status=404, code="organization.membership_not_found"): ...


class UserNotFound(ApiError, status=404, code="user.not_found"): ...


class AlreadyBelongs(ApiError, status=400, code="organization.user_organization_already_belongs"): ...


class InvalidInvitationEmail(ApiError, status=400, code="organization.invitation_invalid_email"): ...


class InvitationAlreadyExists(ApiError, status=400, code="organization.invitation_already_exists"): ...


class InvitationNotFound(ApiError, status=404, code="organization.invitation_not_found"): ...


class TooManyPendingInvitations(ApiError, status=400, code="organization.invitations_pending_limit_exceeded"): ...


class InvitationsRateLimited(ApiError, status=429, code="organization.invitations_rate_limit_exceeded"): ...


class InvalidTargetUser(ApiError, status=400, code="role_assignments.invalid_target_user_id"): ...


class UnauthorizedRoleAssignments(ApiError, status=403, code="role_assignments.unauthorized_role_assignments"): ...


class InvalidKeyRequest(ApiError, status=400, code="api_keys.invalid_input"): ...


class KeyNotFound(ApiError, status=404, code="api_keys.key_not_found"): ...


class InvalidDateRange(ApiError, status=400, code="costs.invalid_date_range"): ...


class ClusterNotFound(ApiError, status=404, code="billing_service.es_cluster_id_not_found"): ...


class DomainAlreadyClaimed(ApiError, status=400, code="org.domain_claim.already_exists"): ...


class IdentityProviderConfigured(ApiError, status=400, code="org.idp.idp_configured"): ...


class IdentityProviderNotConfigured(ApiError, status=404, code="org.idp.idp_not_configured"): ...


class AmbiguousRule(ApiError, status=400, code="org.role_mapping_rule.ambiguous_rule"): ...


class EmptyRule(ApiError, status=400, code="org.role_mapping_rule.empty_rule"): ...


class RuleSyntaxError(ApiError, status=400, code="org.role_mapping_rule.syntax_error"): ...


class RuleEmailSyntaxError(ApiError, status=400, code="org.role_mapping_rule.email_syntax_error"): ...


class TooManyRoleMappings(ApiError, status=400, code="org.role_mapping_rule.too_many_role_mappings"): ...


class RoleMappingNotFound(ApiError, status=404, code="org.role_mapping_rule.role_mapping_not_found"): ...

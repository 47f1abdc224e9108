"""Where the published description leaves a choice open, and what a test may want to see happen."""

from typing import Literal

from pydantic import BaseModel, Field


class Switches(BaseModel, extra="forbid", validate_assignment=True):
    """How the emulated cloud behaves; each attribute may be set at any time.

    Attributes:
        refresh_pending_invitations: Inviting an address whose invitation is pending gives that invitation a new expiry and the new
            roles (`True`), or is refused with `organization.invitation_already_exists` (`False`). Published as "creates or
            refreshes", with that code among the refusals.
        one_organization_per_user: Accepting an invitation is refused to a person who belongs to another organization, as it was
            before April 2026. By default one account may belong to several.
        missing_accept: The status, 404 or 405, with which `_accept` answers that it is not there: newer descriptions lack it. By
            default it is there, for a person's own key; else people accept by the link in the e-mail.
        most_pending_invitations: How many invitations of an organization are pending at most; more are refused with
            `organization.invitations_pending_limit_exceeded`. By default there is no limit; Elastic's is not published.
        search_shows_owner_id: Searched deployments carry `metadata.owner_id` and `metadata.organization_id`, which only the wider
            API description has.
        hide_role_assignments: Lists come without role assignments, as they do for a key of narrow scope.
        hide_email: The ids of users whose membership is listed without an e-mail address, which the description allows.
        list_page_size: The number of organizations and serverless projects after which a list ends with a `next_page` token; the
            description has that token but no parameter that takes it. By default lists are complete.
        list_lag_reads: How many times each list of members or invitations still shows what was there before a write.
        list_lag_seconds: For how long, on the emulator's clock, such lists still show what was there before a write.
        hide_key_expiration: No answer tells when the calling key ends, as where something between strips unknown headers.
        key_page_size: The number of API keys after which a list ends with a `next_page` token; Elastic's is not published.
        latency: Seconds that every call takes at least.
        rate_limit: Calls allowed to one API key in an interval; more are answered with 429. By default there is no limit.
        rate_limit_interval: The length of that interval, in seconds.
    """

    refresh_pending_invitations: bool = True
    one_organization_per_user: bool = False
    missing_accept: Literal[404, 405] | None = None
    most_pending_invitations: int | None = Field(default=None, ge=0)
    search_shows_owner_id: bool = True
    hide_role_assignments: bool = False
    hide_email: frozenset[str] = frozenset()
    list_page_size: int | None = Field(default=None, ge=1)
    list_lag_reads: int = Field(default=0, ge=0)
    list_lag_seconds: float = Field(default=0.0, ge=0)
    hide_key_expiration: bool = False
    key_page_size: int = Field(default=100, ge=1)
    latency: float = Field(default=0.0, ge=0)
    rate_limit: int | None = Field(default=None, ge=1)
    rate_limit_interval: int = Field(default=60, ge=1)

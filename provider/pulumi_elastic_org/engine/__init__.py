"""Engines that run Pulumi programs: the port, and how one is chosen.

    pulumi          the Pulumi CLI through the SDK, behind the port of `pulumi_embedded`
    events          its event stream
    pulumi_command  its processes

The other engine is a package of its own, `pulumi_embedded`. Nothing here knows Elastic, nor anything else of this package.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pulumi_embedded.port import Engine, EngineError

ENGINES = ("pulumi", "embedded")

STATE_DIRECTORY = Path(".elastic-org", "state")
"""Where the embedded engine keeps states, below the project or the directory of a backend."""
# Names only: each is compared with what a state names, and none is loaded.
_OWN_PROVIDERS = {
    "pulumi_elastic_org.resources.acceptance_provider:AcceptanceProvider": (),
    "pulumi_elastic_org.resources.api_key_provider:ApiKeyProvider": (),
    "pulumi_elastic_org.resources.invitation_provider:InvitationProvider": ("_checked",),
    "pulumi_elastic_org.resources.member_provider:MemberProvider": ("_checked",),
    "pulumi_elastic_org.resources.restore_provider:RestoreProvider": (),
    "pulumi_elastic_org.resources.roster_provider:RosterProvider": ("_checked",),
    "pulumi_elastic_org.resources.single_sign_on_providers:DomainClaimProvider": (),
    "pulumi_elastic_org.resources.single_sign_on_providers:IdentityProviderProvider": (),
    "pulumi_elastic_org.resources.single_sign_on_providers:OrganizationSettingsProvider": (),
    "pulumi_elastic_org.resources.single_sign_on_providers:RoleMappingsProvider": (),
    "pulumi_elastic_org.resources.snapshot_provider:SnapshotProvider": (),
    "pulumi_elastic_org.resources.snapshot_repository_provider:SnapshotRepositoryProvider": (),
}


def select(name: str | None = None) -> Engine:
    """The engine of that name; without one, the Pulumi CLI when it is on PATH, else the embedded engine.

    Args:
        name: `pulumi`, `embedded`, or `None` to choose.

    Raises:
        EngineError: No engine has that name, or it is `pulumi` and the CLI is not on PATH.
    """
    cli = shutil.which("pulumi")
    chosen = name or ("pulumi" if cli else "embedded")
    # Imported here: each adapter loads libraries that the other does without.
    if chosen == "embedded":
        from pulumi_embedded.engine import EmbeddedEngine  # noqa: PLC0415

        return EmbeddedEngine(STATE_DIRECTORY, _OWN_PROVIDERS)
    if chosen != "pulumi":
        raise EngineError(f"There is no engine {chosen!r}. Choose one of: {', '.join(ENGINES)}.")
    if cli is None:
        raise EngineError("`pulumi` is not on PATH. Install the Pulumi CLI, or choose the engine `embedded`.")
    from .pulumi import PulumiEngine  # noqa: PLC0415

    return PulumiEngine()

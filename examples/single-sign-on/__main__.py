"""Single sign-on from nothing to enforced, in one update: a domain, an identity provider, role mappings, and a way back."""

from pathlib import Path

import pulumi
from dns import TxtRecord  # a stand-in: take your DNS provider's resource, such as pulumi_aws.route53.Record

import pulumi_elastic_org as elastic

claim = elastic.DomainClaim("acme", domain="acme.example")
TxtRecord("elastic-challenge", name=claim.record, value=claim.verification)

idp = elastic.IdentityProvider(
    "acme",
    issuer="https://idp.acme.example",
    sso_url="https://idp.acme.example/sso",
    certificates=[Path("idp.pem").read_text()],
    login_identifier_prefix="acme",
)

elastic.RoleMappings(
    "acme",
    mode="authoritative",
    mappings={
        "owners": {"any": [{"group": "platform"}], "roles": [elastic.organization_admin()]},
        "soc": {"all": [{"group": "soc-*"}, {"email": "*@acme.example"}], "roles": ["security-t1-analyst on all"]},
    },
)

# The way back: keep a copy where no single sign-on is needed. `elastic-org outputs breakGlassKey --show-secrets`
key = elastic.ApiKey("break-glass", roles=[elastic.organization_admin()], expiration="180d", rotate_before="60d")

elastic.OrganizationSettings(
    "acme", operational_contacts=["ops@acme.example"], enforce_authentication_method="sso", break_glass_key=key.key
)

pulumi.export("breakGlassKey", key.key)
pulumi.export("ssoLoginUrl", idp.sso_login_url)

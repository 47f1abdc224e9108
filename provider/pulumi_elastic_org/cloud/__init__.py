"""Elastic Cloud's API, made into values.

    session       one patient connection: `transport` how calls travel, `pacing` when to try again, `paths` safe addresses,
                  `network` its address, proxies and authorities, `redaction` what logs must not hold, `errors` what went wrong
    models        the answers, as far as they are needed
    organizations who is in an organization, and every change of that: `members`, `invitations`, `assignments` (roles as grants),
                  `role_change`, `bisection` (one bad entry stops nobody else)
    owner_tags    who owns it, written down
    resources     what a person can own: `deployments`, `projects`; `targets` what roles are given on
    account       a person with their own key; `keys` the API keys, and what they tell of the calling one
    domains, identity_providers, role_mappings    single sign-on; `organization_settings` its enforcement, and what else is set
    bills, costs  what has been billed and used
    hosted, keystore    one hosted deployment, for migrations

No rule about who may do what: that is `model`'s.
"""

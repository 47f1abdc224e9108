"""Elastic Cloud's API, made into values.

    session       one patient connection: `pacing` when to try again, `network` where it leads, how calls travel, safe paths,
                  `errors` what went wrong
    models        the answers, as far as they are needed; roles as grants
    organizations who is in an organization, and every change of that: `invitations`, where one bad entry stops nobody else,
                  `role_change`
    resources     what a person can own, and its owner written down: `deployments`, `projects`; `targets` what roles are given on
    account       a person with their own key; `keys` the API keys, and what they tell of the calling one
    domains, identity_providers, role_mappings    single sign-on; `organization_settings` its enforcement, and what else is set
    bills         what has been billed and used
    hosted        one hosted deployment, for migrations

No rule about who may do what: that is `model`'s.
"""

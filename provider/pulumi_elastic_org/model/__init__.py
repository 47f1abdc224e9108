"""Everything that decides about people, as functions of values: who is wanted, who is there, what differs, what is refused.

    grants        one role on one target, and its text form; `known_roles` those that Elastic has published
    people        the people of an organization as values; `accounts` who is who; `international` addresses beyond ASCII
    matching      declared people found among members and invitations
    comparison    declared, last applied and live, person by person; `plan` what is to be done and known, read off that
    changes       what a plan is made of; `exchange`, `effects`, `outcome`, `applied` what becomes of it, whole or in part
    stored_people people as inputs and state hold them, one flat string each
    guards        what is refused; `guard_settings` what they allow; `verdicts` what they are asked and
                  answer; `reviewed` the guard of a saved plan
    role_mappings who gets which roles at a single sign-on; `mapping_changes` what is changed of them, and what refuses it
    single_sign_on what else belongs to it, and that nobody is locked out; `signing_certificates` those of an identity provider
    ownership     who owns which deployment or project; `targets`, `target_names` those on which roles are given
    leavers       what is done about the API keys of people who leave
    keys          API keys as values; `key_rotation` which one is current, `key_guards` which is not deleted
    printable     text from elsewhere, made fit to show

Nothing here talks: no HTTP, no Pulumi, no clock, no files. tests/model covers every branch.
"""

"""Everything that decides about people, as functions of values: who is wanted, who is there, what differs, what is refused.

    grants        one role on one target, its text form, and the roles that Elastic has published
    people        the people of an organization as values, and as inputs and state hold them; `international` addresses beyond ASCII
    matching      who is who: accounts, and declared people found among members and invitations
    comparison    declared, last applied and live, person by person; `plan` what is to be done and known, read off that
    coverage      whom a drift review looks at
    changes       what a plan is made of; `effects` what that does to an organization and whether it shows, `order` in which parts
                  it is carried out, `outcome` what becomes of it, whole or in part
    guards        what is refused; `guard_settings` what they allow; `verdicts` what they are asked and
                  answer; `reviewed` the guard of a saved plan
    role_mappings who gets which roles at a single sign-on; `mapping_changes` what is changed of them, and what refuses it
    single_sign_on what else belongs to it, and that nobody is locked out; `signing_certificates` those of an identity provider
    ownership     who owns which deployment or project; `targets` those on which roles are given, and their names
    keys          API keys as values, and which are not deleted; `key_rotation` which one is current, `leavers` those of who leaves
    printable     text from elsewhere, made fit to show

Nothing here talks: no HTTP, no Pulumi, no clock, no files. tests/model covers every branch.
"""

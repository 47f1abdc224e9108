"""The face for Python programs: what people write in them, and a kind of resource behind Pulumi's dynamic providers.

In the program, without HTTP and without a key:

    roster, member, invitation, acceptance, api_key, snapshot_repository, snapshot, restore, explicit_provider    the resources
    single_sign_on    claims of domains, the identity provider, role mappings, settings; `order` in which they come
    assignments, roles, arguments, person_inputs, roster_files    what they are given
    claims, credentials, elasticsearch_connection, interrupts     what a program has to see to
    provider        what the class paths of `resources` share: the name by which state knows a provider

In the provider's process, which alone has the key:

    face            passes the engine's calls on to a kind of resource
    unfinished      keeps what was done when the rest failed
    process         ends the process with its engine

What is planned or done is said by `kinds` and `lifecycle`.
"""

"""The face for Python programs: what people write in them, and a kind of resource behind Pulumi's dynamic providers.

In the program, without HTTP and without a key:

    roster, member, acceptance, snapshots, api_key, explicit_provider    the resources; `member` has `Invitation` too
    single_sign_on    claims of domains, the identity provider, role mappings, settings
    roles, arguments    what they are given
    program         what a program has to see to: claims, keys, interrupts
    provider        what the class paths of `resources` share: the name by which state knows a provider

In the provider's process, which alone has the key:

    face            passes the engine's calls on to a kind of resource; keeps what was done when the rest failed

What is planned or done is said by `kinds` and `lifecycle`.
"""

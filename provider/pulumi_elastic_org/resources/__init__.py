"""What people write in programs, and the dynamic providers behind it.

In the program, without HTTP and without a key:

    roster, member, invitation, acceptance, snapshot_repository, snapshot, restore, provider    the resources
    assignments, roles, arguments, person_inputs, roster_files    what they are given
    claims, credentials, elasticsearch_connection, interrupts     what a program has to see to

In the provider's process, which alone has the key:

    *_provider             the class paths that state names: they stay where they are; `lazy_provider` is what they share
    *_lifecycle            what the engine's calls do, loaded at the first; `person` one person's properties
    properties, resolution    between Pulumi's property bags and values
    live, phase, phase_plans, batching    what one preview, update or refresh shares
    unfinished, failures, progress, engine_watch, provider_process    how a run ends, also half way
    settings               where key and organization come from
    removals               what a preview cannot ask a provider

Decisions about people are made in `model`, changes by `apply`.
"""

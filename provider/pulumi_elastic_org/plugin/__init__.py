"""The face for programs of every language: the executable `pulumi-resource-elastic-org`, over Pulumi's provider protocol.

    main            the process: answers what needs no organization, and loads the rest when it is configured
    servicer        the calls of the protocol, each passed on to a kind of resource, and its answer back
    face            a kind of resource as programs write and read it; `forms` property by property, `names` in camelCase
    roster_files    a roster that a file describes
    claims          nobody is managed by two resources
    detail          what a preview shows: one line a person
    flat            the way back, for the command that looks ahead: steps and state in the form in which kinds have them
    wire            between the protocol's messages and plain values
    configuration   the provider's settings, and where credentials come from
    functions       what programs can ask
    schema          the package's schema, made from the tables, and kept in schema.json; `examples` are those in it
    engine_log      what a person is told while the engine waits
    version         the version, as Pulumi reads one

What is planned or done is said by `kinds` and `lifecycle`; nothing of `dynamic` enters.
"""

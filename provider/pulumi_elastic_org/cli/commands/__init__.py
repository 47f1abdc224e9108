"""One module a command, named like it, with one function of that name: options in, one call, an exit code out.

    preview, up, refresh, destroy, drift              run an engine
    import_, owners, keys, offboard, validate, log, whoami, whois    look, and change nothing
    config, outputs                                   the stack's configuration, and what its program exported
    init                                              makes a project
    accept, consolidate, leave, transfer, migrate, move            procedures
    tag_owner                                         one call, to hand over a deployment or project
    unlock                                            one call, for when nobody can sign in
    record                                            calls in a test organization, for the emulator
    demo, emulator                                    need no account

Neither decisions nor formats: those are in the rooms below.
"""

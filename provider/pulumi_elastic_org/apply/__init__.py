"""Carries a plan out: what gives access first, what takes it away last, in as few calls as the API allows.

    applier      the order of changes; `roles` those of members, `invitations` the sending
    supervisor   who is asked while it goes on, and told what was done
    notes        what became of each change, also where a batch of writes ends half way

Nothing is planned here: what is to be done, and whether the guards still let it pass, is asked of the supervisor.
"""

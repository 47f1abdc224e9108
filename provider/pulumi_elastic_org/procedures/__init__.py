"""The procedures of Elastic's guide, and the moves that follow from it: each checks everything first, then goes step by step.

    accept, leave          one side of a membership; `departure` the guide's conditions for leaving (pure)
    transfer               from one organization to another; `route` which step comes next (pure)
    migrate                the data of one cluster to another; `migration` its steps and report (pure), `preflight` what would fail
    consolidation          two accounts of one person made one
    move                   a person and their deployment together
    applying               one change to one person as a step
    procedure              how all of them run: check, steps, journal, resume
    journal                what was done so far, so that a run that was killed goes on
    errors                 why a procedure stopped

No Pulumi and no terminal: a procedure is given connections and tells what it does through callbacks.
"""

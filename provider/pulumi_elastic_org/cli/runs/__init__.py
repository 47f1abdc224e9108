"""A run of an engine or of a procedure, and the order of a command around it.

    carry_out      around a run of an engine: preview, show, ask, act, exit code
    procedures     around a procedure: check, show, ask, take the steps, exit code
    operations     one run of one operation, as a value
    run_review     such a run as a review; `steps` its steps that are about resources
    accepting      what a drift review found of somebody, taken into the roster file
    run_directory  where a run's plans lie while it lasts
    saved_plan     holds a run against the plan that somebody has reviewed

No output of its own: reporters are told.
"""

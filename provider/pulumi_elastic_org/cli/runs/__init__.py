"""A run of an engine, and the order of a command around it.

    carry_out      preview, show, ask, act, exit code
    operations     one run of one operation, as a value
    run_directory  where a run's plans lie while it lasts
    saved_plan     holds a run against the plan that somebody has reviewed

No output of its own: reporters are told.
"""

"""What the Pulumi CLI does with small programs, recorded: the specification that the embedded engine is held to.

    scenario     what a scenario is: programs, and the operations that are run on them one after another
    scenarios/   the scenarios, by theme
    playing      runs a scenario on an engine and takes down what happened
    canonical    what is taken down without what differs from one run to the next: moments, ids, directories, ciphertexts
    recording    the files in data/
    differences  where the embedded engine is meant to differ, and why

`python -m tests.engine.recordings record [NAME...]` records them anew.
"""

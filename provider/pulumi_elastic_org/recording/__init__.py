"""What Elastic Cloud answers to fixed, harmless calls in a test organization, written down without anything that names somebody.

    probes      the calls, and what each writes
    recorder    makes them, and takes away again what they made
    made_up     answers with made-up values in place of all that could be somebody's
    document    the recording as JSON, its schema, and its format's version

No decision of the product rests on a recording; the emulator is scored on them (`make fidelity`).
"""

"""Options that several commands share, made into values before the command begins.

    as_value         how several options become one value
    stack            which stack, and what runs it; options of every command that runs an engine
    formats          how a review is shown, and where it is written
    procedure        how far a procedure goes without asking, and its journal; how somebody leaves: attestations and overrides
    transfer         a person's way from one organization to another
    migration        the two clusters of a migration
    roster_files     roster files beside what is live; what the guards allow by them, or by the owner tag
    repository_file  a snapshot repository from a YAML file

No output but errors about the options themselves.
"""

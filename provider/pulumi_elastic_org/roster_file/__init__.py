"""The roster as a YAML file: from text, whose every mistake has its line and column, to people, roles and settings.

    reading        a file, or several as one, as what `resources.Roster` takes; `merge` how several are one
    yaml_source    text as values that know where they stand
    shape          the form of a file; `sections` its sections as models
    roles          the roles in it: text form, bundles, targets by name
    accepting      a file edited so that it says what somebody holds; `edits` single entries of lists and mappings, in a text
    quoting        text as YAML scalars and comments, and as Python strings
    editor_schema  the JSON Schema by which editors complete and check it

Nothing here talks to Elastic Cloud or to Pulumi; what a name means there is looked up later.
"""

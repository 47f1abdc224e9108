"""What a run says, to a person and to a program.

    terminal    rich text on a terminal, plain text elsewhere
    document    one document: Markdown, HTML, JSON
    failure     the document of a command that came to nothing
    procedure   a procedure step by step; a migration shard by shard and index by index

Nothing that runs an engine or calls an API.
"""

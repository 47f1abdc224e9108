"""A review in each of its formats. Pure; all show the same `Review`.

    text                 the words that formats share; one line a change, for the stock commands, which print what a provider prints
    terminal             for a terminal
    markdown, html       for a comment on a pull request; one page that works from a file
    json                 for programs, after docs/review.schema.json

What is decided is in the value; a format only shows it. Nothing here reads or writes.
"""

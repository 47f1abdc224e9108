"""Plans and findings as people read them.

    plan_log, records            a plan on its way from the provider's process to the command's, as JSON lines
    findings, finding            declared, last applied and live compared: what somebody has to decide about
    acknowledgements             the findings that somebody has taken note of
    review, assemble             the value that every format shows, and how it is made; `people`, `wording` what formats share
    terminal, terminal_review, text, markdown, html    the formats; JSON is the value itself
    saved_plan                   a plan kept as a file between its review and its application
    owners, keys, whoami, offboarding, leaving    who owns what, which API keys there are and whose the calling one is, what
                                 blocks a removal, whom a preview lets go

Pure, but for the files of `plan_log`, `records`, `saved_plan` and `acknowledgements`. No HTTP, and nothing is decided here.
"""

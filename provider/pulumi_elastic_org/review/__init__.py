"""Plans and findings as people read them.

    changes                      what happens to each person; what every value of a review is: frozen, to JSON and back
    plan_log                     a plan on its way from the provider's process to the command's, as JSON lines
    model                        `Review`, which every format shows: findings too; and how it is made of a plan
    findings                     how a drift review finds what somebody has to decide about
    acknowledgements             the findings that somebody has taken note of
    saved_plan                   a plan kept as a file between its review and its application
    render                       the formats, a room of its own
    owners, keys, whoami, whois, offboarding, leaving    who owns what, which API keys there are and whose the calling one is, what
                                 blocks a removal, whom a preview lets go

Pure, but for the files of `plan_log`, `saved_plan` and `acknowledgements`. No HTTP, and nothing is decided here.
"""

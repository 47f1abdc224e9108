"""Load and soak: the same work over and over, and many organizations at once, cost the same to the end.

    series          run after run of the same work: calls, memory, objects; what is not flat is wrong
    roster          an organization's people, and a roster that changes as much every time
    rate_limit      ten thousand people, and an hour in which the rate limit is always used up
    organizations   a hundred organizations at once in one process
    stacks          a hundred stacks of one project, which one runner updates side by side
    plugin          one plugin process that serves run after run
    campaign        all of that, as `make trust` runs it

Nothing is asserted about time; how long what took is written on the page as a ratio.
"""

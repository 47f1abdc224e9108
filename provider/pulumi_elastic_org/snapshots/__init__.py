"""What a move of data needs of Elasticsearch itself: repositories, snapshots, restores, and the proof that all of it arrived.

    client            one connection to one cluster, whose answers `bounded_node` reads no further than they may go
    inventory         what a cluster holds
    repositories      where snapshots are kept; `snapshots` taking one, `restore` getting it back
    renaming, verify  which indices a restore creates, and whether everything arrived

What decides (`repositories`, `renaming`, `verify`) is pure; what talks goes through a `Cluster`. Nothing of people.
"""

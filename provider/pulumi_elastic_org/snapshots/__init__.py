"""What a move of data needs of Elasticsearch itself: repositories, snapshots, restores, and the proof that all of it arrived.

Everything that decides (`repositories`, `renaming`, `verify`) is pure; everything that talks goes through a `Cluster`.
"""

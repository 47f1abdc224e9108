"""What a person reads, whole: the real commands, run against the emulator. Whoever changes a word sees here what it looks like.

seed.yaml            a small organization: one deployment that the roster file names, two of one name, people of every kind
project              the roster, applied; and what a command prints, in a pipe or in a terminal of some width
test_names           names in the place of ids, in every output
test_what_matters    what a review leads with, what a refusal shows, what is folded
test_progress        what is told while something goes on
test_files           no message leads to a file that only the repository has
"""

"""The emulator beside what Elastic Cloud was seen to answer, and beside Elastic's own clients.

recordings/     what was answered: by published sources, and by test organizations (`elastic-org record`)
emulated        what the emulator answers to the same calls
score           how much of a recording an answer has
page            docs/fidelity.md, with the reason for each difference
go_client/      a program over Elastic's Go client
"""

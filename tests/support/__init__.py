"""What the tests of several folders share; conftest files hold fixtures only.

acme               an organization on the emulator, and a Pulumi project whose program declares its people
two_organizations  an old organization, a new one, and a person who goes from one to the other
provided           providers driven in this process, as the engine drives them
applying           plans carried out in this process
dynamic_call       a provider's call as the SDK's servicer makes it
builders           people, invitations and plans as values
reviews            reviews as values, and what a reader finds in each format
client             calls to an emulator over HTTP
scripted           a server whose answers are written down, and a clock that does not wait
dictionary_engine  an engine whose program, state and reality are dictionaries
clocks             another clock for the product's time
interrupts         Ctrl-C for processes that tests start
things_stack       a project of things, for tests of engines; `program_files` its files
nodes              two Elasticsearch nodes and what is in them; `elasticsearch_node` starts them
loopback           servers of the tests' own
typed              a command as a person at a terminal runs it
certificates       certificates such as identity providers sign with
descriptions       what is published about Elastic Cloud's API
"""

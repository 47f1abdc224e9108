"""What is live, written as a roster that somebody goes on with: the way in for an organization that already has people. Pure.

draft        what there is to write: people and their roles, names for targets, owners, and what cannot be written
access       single sign-on, settings and API keys beside them
factoring    groups of people with equal roles, bundles of roles that groups and people share
naming       names for targets, groups and bundles
project      the files of a new project around it
yaml_text    the draft as a roster file; `python_text` as a program
"""

"""The story that `elastic-org demo` tells, and the emulator as a program of its own.

    story      the chapters, each claim checked as it is told
    stage      where it happens: a project, an engine, an emulated Elastic Cloud
    emulation  the emulator until Ctrl-C, and the environment that leads to it

Nothing that the other commands need.
"""

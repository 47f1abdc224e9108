"""The whole state of the emulated cloud."""

from .people import People
from .resources import Resources


class Cloud(People, Resources):
    """Organizations, people, API keys, deployments and projects: see the two classes that it joins.

    Args:
        clock: Dates everything that happens.
        outbox: Takes the invitations.
        switches: The behaviour where the published description leaves a choice.
    """

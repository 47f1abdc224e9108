"""Where the embedded engine is meant to differ from the Pulumi CLI, and why: the comparison reads it from here."""

from __future__ import annotations

import re
from dataclasses import dataclass

NOT_KEPT = {
    "sourcePosition": "It says where in the program a resource was made, for messages of the CLI; nothing depends on it.",
    "stackTrace": "As with sourcePosition.",
}
"""Fields of a resource's state that the embedded engine does not write."""


_PREFIX = "Preview failed: "
"""What the CLI puts before some errors of a preview; the embedded engine leaves it to the result to say that it failed."""


@dataclass(frozen=True)
class Wording:
    """A message that the embedded engine says in other words.

    Args:
        meaning: What both say.
        cli: A regular expression that finds the CLI's words.
        embedded: The same for those of the embedded engine.
        reason: Why the words differ.
    """

    meaning: str
    cli: str
    embedded: str
    reason: str

    def is_of_cli(self, message: str) -> bool:
        """Whether a message is in the CLI's words."""
        return bool(re.fullmatch(self.cli, message.removeprefix(_PREFIX), re.DOTALL))

    def fits(self, message: str) -> bool:
        """Whether a message is in the words of either."""
        return self.is_of_cli(message) or bool(re.fullmatch(self.embedded, message, re.DOTALL))


_ADVICE = "The CLI advises commands of the CLI, which is not there."

WORDINGS = (
    Wording(
        "it is protected from being deleted",
        r'resource "\S+" cannot be deleted\nbecause it is protected\. .*',
        r"\S+ cannot be deleted, because it is protected\. .*",
        _ADVICE,
    ),
    Wording(
        "it is protected from being replaced",
        r'unable to replace resource "\S+"\nas it is currently marked for protection\. .*',
        r"\S+ cannot be replaced, because it is protected\. .*",
        _ADVICE,
    ),
    Wording(
        "its provider's configuration is unknown",
        r"The provider for this resource has inputs that are not known during preview\.\n.*",
        r"Its provider's configuration is not known before an update, .*",
        "Plain words.",
    ),
    Wording(
        "the program ended with an exit code",
        r"an unhandled error occurred: program exited with non-zero exit code: \d+",
        r"The program ended with exit code \d+\.",
        "Plain words; and that it was not handled says nothing.",
    ),
    Wording(
        "it was interrupted",
        r"Interrupted\. What has begun is finished by the Pulumi CLI, .*",
        r"Interrupted\. What has begun is finished, .*",
        "Each engine says who finishes what has begun.",
    ),
)


def meaning(message: str) -> str:
    """What a message means, if it is one that both say in words of their own; otherwise the message."""
    own = message.removeprefix(_PREFIX)
    return next((wording.meaning for wording in WORDINGS if wording.fits(own)), own)

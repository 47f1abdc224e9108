"""The name of a stack, in the forms that Pulumi has for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

OWN_ORGANIZATION = "organization"
"""The organization of every stack whose state is in files (https://www.pulumi.com/docs/iac/concepts/state-and-backends/)."""

# `pkg/backend/diy/store.go` and `sdk/go/common/tokens/stack_name.go` of https://github.com/pulumi/pulumi
_NAME = re.compile(r"(?!\.+$)[A-Za-z0-9_.-]{1,100}")
_ORGANIZATION = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class StackName:
    """Which stack.

    Args:
        stack: The last part, by which its configuration file is named.
        project: The project; empty for the one at hand.
        organization: The organization; empty for the one at hand.
    """

    stack: str
    project: str = ""
    organization: str = ""

    @classmethod
    def parse(cls, text: str) -> StackName:
        """Reads `STACK`, `ORGANIZATION/STACK` or `ORGANIZATION/PROJECT/STACK`.

        Args:
            text: What somebody wrote.

        Returns:
            Its parts.

        Raises:
            ValueError: It is none of these; the message says what is wrong.
        """
        *before, stack = text.split("/")
        organization, project = ([*before, "", ""])[:2]
        wrong = (
            len(before) > 2
            or not _NAME.fullmatch(stack)
            or (before and not _ORGANIZATION.fullmatch(organization))
            or (len(before) == 2 and not _NAME.fullmatch(project))
        )
        if wrong:
            raise ValueError(
                f"{text!r} is not the name of a stack: write STACK, ORGANIZATION/STACK or ORGANIZATION/PROJECT/STACK, each of "
                "letters, digits, `_`, `-` and, but for the organization, `.`"
            )
        return cls(stack, project, "" if organization == OWN_ORGANIZATION else organization)

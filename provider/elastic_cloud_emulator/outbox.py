"""What the emulated cloud would have sent by e-mail."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Message:
    """An invitation on its way to a person.

    Attributes:
        to: The invited e-mail address.
        organization: The id of the inviting organization.
        sent_at: When it was sent, on the emulator's clock.
        token: What accepts the invitation.
    """

    to: str
    organization: str
    sent_at: datetime
    token: str = field(repr=False)


class Outbox:
    """The messages sent so far, oldest first."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        """Keep a message in place of sending it."""
        self.messages.append(message)

    def to(self, email: str) -> list[Message]:
        """Return the messages to one address, oldest first; letter case does not matter."""
        return [message for message in self.messages if message.to.casefold() == email.casefold()]

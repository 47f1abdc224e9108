"""Who is managed by which resource of a program: nobody by two of them, or each would undo what the other does.

The dynamic face finds this in the program, before anything is registered. Here the engine's calls are all there is, so that the
second resource is refused when it is checked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.plugin.names import step


def people_of(inputs: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Returns whom a resource manages, each as the path of the property that says so and the e-mail address.

    Args:
        inputs: In the flat form, of any kind of resource.
    """
    if "roles" in inputs and isinstance(inputs.get("email"), str):
        return (("email", inputs["email"]),)
    members = inputs.get("members")
    return tuple((step("members", email), email) for email in members) if isinstance(members, Mapping) else ()


class Claims:
    """The claims of one run of a program in one organization."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_person: dict[str, str] = {}

    def claim(self, urn: str, people: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Notes that a resource manages people, and yields who is managed by another one already: the path, and what is wrong.

        Args:
            urn: The resource's.
            people: As `people_of` returns them.
        """
        for path, email in people:
            with self._lock:
                earlier = self._by_person.setdefault(email_key(email), urn)
            if earlier != urn:
                kind, _, name = earlier.rpartition("::")
                yield path, f"{email} is managed by {kind.rpartition(':')[2]} '{name}' already; keep one of the two"

"""Findings that somebody has taken note of: a YAML list, kept beside the program and reviewed like it.

::

    - person: eve@example.net        # left out for a finding about the organization as a whole
      kind: added by hand
      roles: billing-admin           # optional: only while they are these; other roles are a finding again
      detail: ...                    # optional: only while the finding reads so; anything else is a finding again
      organization: "2871506934"     # optional: only in this one, where a program has several
      reason: an auditor, until the audit is over
      until: 2027-03-31              # the last day, in UTC; after that it is a finding again
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from pulumi_elastic_org.files import read_text
from pulumi_elastic_org.model.grants import format_grants, parse_held_grants
from pulumi_elastic_org.model.people import email_key, read_day
from pulumi_elastic_org.model.printable import is_blank, printable, shortened
from pulumi_elastic_org.review.model import Finding, Kind
from pulumi_elastic_org.roster_file.yaml_source import Mapping, Mistake, Sequence, locate, read_sequence


class AcknowledgementError(ValueError):
    """A list of acknowledged findings that is invalid. Its text has one line a mistake, with file and line."""


def _canonical(roles: Any) -> Any:
    return format_grants(parse_held_grants(roles)) if isinstance(roles, str) else roles


def _day(value: Any) -> Any:
    return value if isinstance(value, date) else read_day(str(value))


def _text(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _in_words(reason: str) -> str:
    if is_blank(reason):
        raise ValueError("'reason' is blank; give a reason in words")
    return reason


class Acknowledgement(BaseModel):
    """One finding that somebody has taken note of.

    Args:
        person: The e-mail address; ``None`` for a finding about the organization.
        kind: The kind of finding.
        reason: Why it is left as it is.
        until: The last day (UTC) on which that holds.
        roles: In text form, the roles that the person holds by it; ``None`` for whichever.
        detail: What the finding says; ``None`` for whatever.
        organization: The id of the organization; ``None`` for all of the program.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str | None = Field(default=None, min_length=1)
    kind: Kind
    reason: Annotated[str, AfterValidator(_in_words)]
    until: Annotated[date, BeforeValidator(_day)]
    roles: Annotated[str | None, BeforeValidator(_canonical)] = None
    detail: str | None = None
    organization: Annotated[str | None, BeforeValidator(_text)] = None

    def is_about(self, finding: Finding, organization: str) -> bool:
        """Whether it was written for this finding, lapsed or not.

        Args:
            finding: Of a review.
            organization: The id of the organization in which it was found.
        """
        return (
            self.kind is finding.kind
            and email_key(self.person or "") == email_key(finding.person or "")
            and self.roles in (None, finding.after)
            and self.detail in (None, finding.detail)
            and self.organization in (None, organization)
        )

    def __str__(self) -> str:
        return f"{self.person or 'the organization'}: {self.kind.value}, until {self.until}: {self.reason}"


_LIST = TypeAdapter(tuple[Acknowledgement, ...])


def read_acknowledgements(path: Path) -> tuple[Acknowledgement, ...]:
    """Reads a list of acknowledged findings.

    Args:
        path: A YAML file in UTF-8.

    Raises:
        AcknowledgementError: It cannot be read, or holds mistakes; all of them are named.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise AcknowledgementError(f"cannot read {path}: {error.strerror}") from None
    content, mistakes = read_sequence(text, str(path))
    if content is None:
        raise AcknowledgementError(_told(mistakes))
    try:
        acknowledged = _LIST.validate_python(content)
    except ValidationError as error:
        mistakes += [_mistake(content, one) for one in error.errors()]
    if mistakes:
        raise AcknowledgementError(_told(mistakes))
    return acknowledged


def _told(mistakes: Iterable[Mistake]) -> str:
    return "\n".join(str(one._replace(message=shortened(printable(one.message)))) for one in sorted(mistakes))


def _mistake(content: Sequence, error: ErrorDetails) -> Mistake:
    index = int(error["loc"][0])
    key = str(error["loc"][1]) if len(error["loc"]) > 1 else ""
    entry = content[index]
    marked = (index, key) if isinstance(entry, Mapping) and key in entry else (index,)
    return Mistake(*locate(content, marked), _what(key, error))


def _what(key: str, error: ErrorDetails) -> str:
    kinds = ", ".join(kind.value for kind in Kind)
    if error["type"] == "missing":
        return f"'{key}' is missing; an entry has kind, reason and until, and person where it is about one"
    if error["type"] == "extra_forbidden":
        return f"'{key}' is not known; there are {', '.join(Acknowledgement.model_fields)}"
    if error["type"] == "enum":
        return f"{error['input']!r} is not a kind of finding; there are {kinds}"
    if key == "until":
        return "'until' must be a day such as 2027-03-31"
    if isinstance(cause := error.get("ctx", {}).get("error"), ValueError):
        return str(cause)
    return (
        f"'{key}': {error['msg'].lower()}" if key else "an entry is a mapping: '- person: ...', with the rest below it"
    )

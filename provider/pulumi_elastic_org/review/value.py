"""What every value of a review is: it cannot be changed, and goes to JSON and back."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from typing_extensions import Self


class Value(BaseModel):
    """A value of a review; what a later release adds to its JSON is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_serialization_defaults_required=True)

    def to_json(self) -> dict[str, Any]:
        """Returns the value as JSON."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Reads what `to_json` returns, of this release or an earlier one.

        Args:
            data: As `json.loads` gives it.

        Raises:
            pydantic.ValidationError: It is none.
        """
        return cls.model_validate(data)

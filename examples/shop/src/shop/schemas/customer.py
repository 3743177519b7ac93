"""Customers over the wire."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from pydantic.config import JsonDict

from shop.schemas.number import Key
from shop.schemas.text import Email, Line, OptionalLine, OptionalText

# Characters of JSON text that one customer's preferences may have.
MOST_PREFERENCES = 10_000


def _storable(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Refuse what a JSON column of some engine does not hold."""
    text = json.dumps(value, allow_nan=False)
    if "\\u0000" in text:
        raise ValueError("must not hold the character NUL")
    if len(text) > MOST_PREFERENCES:
        raise ValueError(f"must not be longer than {MOST_PREFERENCES} characters of JSON")
    return value


Preferences = Annotated[dict[str, JsonValue], AfterValidator(_storable)]

_ADA: JsonDict = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.org",
    "company": None,
    "address": "12 St James's Square",
    "city": "London",
    "country": "United Kingdom",
    "postal_code": "SW1Y 4JH",
    "preferences": {"newsletter": True, "language": "en"},
}


class _Contact(BaseModel):
    company: OptionalLine = None
    address: OptionalLine = None
    city: OptionalLine = None
    state: OptionalLine = None
    country: OptionalLine = None
    postal_code: OptionalLine = None
    phone: OptionalLine = None
    fax: OptionalLine = None
    note: OptionalText = None
    support_rep_id: Key | None = None


class CustomerWrite(_Contact):
    """A whole customer: what POST creates and PUT replaces."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ADA]})

    first_name: Line
    last_name: Line
    email: Email
    preferences: Preferences = Field(default_factory=dict)


class CustomerPatch(_Contact):
    """A part of a customer: what is left out stays as it is, and `null` empties it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"city": "Cambridge", "company": None}]},
    )

    # A default that no caller can send: these three can be left out but not be emptied.
    first_name: Line = ""
    last_name: Line = ""
    email: Email = ""
    preferences: Preferences = Field(default_factory=dict)


class CustomerBrief(BaseModel):
    """A customer inside of something else."""

    id: int
    name: str
    email: str


class CustomerRead(_Contact):
    """A customer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": 1, "created_at": "2025-05-17T09:30:00Z", "support_rep_id": 3, **_ADA}
            ]
        },
    )

    id: int
    first_name: str
    last_name: str
    email: str
    preferences: dict[str, Any]
    created_at: datetime

"""What would get past a filter."""

from __future__ import annotations

from sqlalchemy.exc import DontWrapMixin

from taskbound.errors.base import Misuse


class PastFilter(Misuse, DontWrapMixin):
    """Something would read or write rows past a filter of their model. Refused before it is sent.

    Attributes: `filter` and `model`, the names of the filter and of the class that it is for; `reason` and
    `cure`.
    """

    code = "TB605"

    filter: str
    model: str
    reason: str
    cure: str

    def __init__(self, *, filter: str, model: str, reason: str, cure: str) -> None:  # noqa: A002  # what the attribute is called
        self.filter, self.model, self.reason, self.cure = filter, model, reason, cure
        self._say(f"the filter {filter} of {model} {reason}", cure)

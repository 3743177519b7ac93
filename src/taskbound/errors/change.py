"""Rows that cannot be written as they were given."""

from __future__ import annotations

from taskbound.errors.base import Misuse


class ChangeMisuse(Misuse):
    """Something is to be written in a way that cannot be meant. Raised before anything is sent."""


class UnfitValues(ChangeMisuse, ValueError):
    """What is to be written does not go with the model. Values are not shown.

    Attributes: `model`, `reason` and `cure`.
    """

    code = "TB601"

    model: str
    reason: str
    cure: str

    def __init__(self, *, model: str, reason: str, cure: str) -> None:
        self.model, self.reason, self.cure = model, reason, cure
        self._say(f"what is to be written to {model} {reason}", cure)


class UnboundedChange(ChangeMisuse):
    """An update or a delete names no row, so that it would change all of them.

    Attributes: `model` and `change`, the name of the method.
    """

    code = "TB602"

    model: str
    change: str

    def __init__(self, *, model: str, change: str) -> None:
        self.model, self.change = model, change
        self._say(
            f"{change}({model}, ...) names no row, so that every row would change",
            "give key= or where=, or every=True where all are meant",
        )

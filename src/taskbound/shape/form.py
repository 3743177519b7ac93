"""How an object of a DTO type is made of its values."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from enum import Enum, auto
from typing import Any


class Form(Enum):
    """What `Shape.make` takes."""

    POSITIONAL = auto()
    """The values in the order of the shape's fields, or by keyword, as the type's own constructor does.

    Where a field is left out, those after it go by keyword.
    """
    KEYWORD = auto()
    """The values by keyword."""
    MAPPING = auto()
    """The values by keyword; the dict of them is the object itself."""
    VALIDATED = auto()
    """One dict of the values, which Pydantic checks."""
    CHOICE = auto()
    """Nothing: an object is made as one of `Shape.options` is."""


def form_of(cls: type[Any], names: Sequence[str]) -> Form:
    """`POSITIONAL` where the constructor of a class takes just these names in this order, else `KEYWORD`."""
    try:
        parameters = inspect.signature(cls).parameters.values()
    except (TypeError, ValueError):
        return Form.KEYWORD
    positional = [
        parameter.name
        for parameter in parameters
        if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    in_order = positional == list(names) and len(positional) == len(parameters)
    return Form.POSITIONAL if in_order else Form.KEYWORD

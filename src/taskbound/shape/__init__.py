"""What the caller wants: a DTO type, read into a `Shape`. Knows no SQL.

One reader file for each kind of DTO; each gives the type's members and how an object is made of them.
"""

from __future__ import annotations

from taskbound.shape.aggregation import Aggregation, Count, Exists, Function, Max, Min, Sum
from taskbound.shape.children import Limit, OrderBy, Selection, Where
from taskbound.shape.form import Form
from taskbound.shape.levels import Depth, Tree
from taskbound.shape.markers import By, For, From
from taskbound.shape.member import Taking
from taskbound.shape.reader import read_shape
from taskbound.shape.refusals import Refusals
from taskbound.shape.shapes import (
    Content,
    Field,
    Keyed,
    Listed,
    Nested,
    Nothing,
    Option,
    Scalar,
    Shape,
)
from taskbound.shape.spelling import spelled
from taskbound.shape.unset import UNSET, Unset

__all__ = [
    "UNSET",
    "Aggregation",
    "By",
    "Content",
    "Count",
    "Depth",
    "Exists",
    "Field",
    "For",
    "Form",
    "From",
    "Function",
    "Keyed",
    "Limit",
    "Listed",
    "Max",
    "Min",
    "Nested",
    "Nothing",
    "Option",
    "OrderBy",
    "Refusals",
    "Scalar",
    "Selection",
    "Shape",
    "Sum",
    "Taking",
    "Tree",
    "Unset",
    "Where",
    "read_shape",
    "spelled",
]

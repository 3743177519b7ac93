"""What the caller wants: a DTO type, read into a `Shape`. Knows no SQL.

One reader file for each kind of DTO; each gives the type's members and how an object is made of them.
"""

from __future__ import annotations

from taskbound.shape.form import Form
from taskbound.shape.markers import By, From
from taskbound.shape.member import Taking
from taskbound.shape.reader import read_shape
from taskbound.shape.shapes import Content, Field, Keyed, Listed, Nested, Scalar, Shape
from taskbound.shape.spelling import spelled

__all__ = [
    "By",
    "Content",
    "Field",
    "Form",
    "From",
    "Keyed",
    "Listed",
    "Nested",
    "Scalar",
    "Shape",
    "Taking",
    "read_shape",
    "spelled",
]

"""How to get it: a `Shape` and a mapped class, bound into a `Plan`. The only reader of the mapper."""

from __future__ import annotations

from taskbound.plan.plans import Aggregate, Column, Empty, Many, One, Part, Plan, Variant
from taskbound.plan.verify import plan_of, verify, verify_all

__all__ = [
    "Aggregate",
    "Column",
    "Empty",
    "Many",
    "One",
    "Part",
    "Plan",
    "Variant",
    "plan_of",
    "verify",
    "verify_all",
]

"""A plan and the user's `select()`, as SQL text for one dialect."""

from __future__ import annotations

from taskbound.statement.adapted import adapted
from taskbound.statement.batch import KEYS, Batch
from taskbound.statement.build import Built, build
from taskbound.statement.compiled import Arguments, CompiledStatement, Target
from taskbound.statement.counting import Counting, counting_select
from taskbound.statement.root import entity_of, extensible, mapper_of, uncut
from taskbound.statement.row import key_names
from taskbound.statement.strategy import Children, Choice

__all__ = [
    "KEYS",
    "Arguments",
    "Batch",
    "Built",
    "Children",
    "Choice",
    "CompiledStatement",
    "Counting",
    "Target",
    "adapted",
    "build",
    "counting_select",
    "entity_of",
    "extensible",
    "key_names",
    "mapper_of",
    "uncut",
]

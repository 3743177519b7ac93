"""A read from the question to the DTOs: `run.py` has the whole of it on one page."""

from __future__ import annotations

from taskbound.read.explanation import ExplainedStatement, Explanation
from taskbound.read.listening import listened
from taskbound.read.page import Page
from taskbound.read.pool_source import PoolSource
from taskbound.read.prepared import Projection, projection
from taskbound.read.query import ProjectionQuery, query
from taskbound.read.session_source import SessionSource
from taskbound.read.signing import use_key
from taskbound.statement import Children

__all__ = [
    "Children",
    "ExplainedStatement",
    "Explanation",
    "Page",
    "PoolSource",
    "Projection",
    "ProjectionQuery",
    "SessionSource",
    "listened",
    "projection",
    "query",
    "use_key",
]

"""A read from the question to the DTOs: `run.py` has the whole of it on one page."""

from __future__ import annotations

from taskbound.read.explanation import ExplainedStatement, Explanation
from taskbound.read.page import Page
from taskbound.read.prepared import Projection, projection
from taskbound.read.query import ProjectionQuery, pool_query, session_query
from taskbound.read.signing import use_key
from taskbound.statement import Children

__all__ = [
    "Children",
    "ExplainedStatement",
    "Explanation",
    "Page",
    "Projection",
    "ProjectionQuery",
    "pool_query",
    "projection",
    "session_query",
    "use_key",
]

"""Async SQLAlchemy made correct by construction.

The map: `database.py` opens sessions (`session.py`), which the laws watch (`guard/`), and groups of tasks
with a session each (`group/`). `engine/` makes the engine from a URL, `driver/` knows each driver,
`settings.py` reads the environment, `errors/` holds every exception, and `place.py` finds the user's line for
their messages. `shape/` reads a DTO type, and `plan/` finds its fields in a model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from taskbound.database import Database, PoolStatistics
from taskbound.errors import (
    AbandonedConnection,
    AbortedTransaction,
    CheckViolation,
    CommitOutcomeUnknown,
    ConstraintViolation,
    CyclicTree,
    DatabaseUnavailable,
    DeferredAttribute,
    EngineMisuse,
    ExclusionViolation,
    ExpiredAttribute,
    Failure,
    ForeignKeyViolation,
    ForeignLoop,
    HeldConnection,
    HiddenIO,
    Holder,
    InterleavedWork,
    InterruptedStream,
    LazyRelationship,
    MisplacedRelation,
    MissingDriver,
    Misuse,
    MultipleFound,
    NestedCheckout,
    NeverAdded,
    NoShape,
    NoSnapshot,
    NotFound,
    NotNullViolation,
    NotRepeatable,
    NullableField,
    OverlappingOperations,
    PoisonedConnection,
    PoolExhausted,
    PoolMisuse,
    ProjectionMisuse,
    RecursiveShape,
    SessionClosed,
    SessionMisuse,
    SyncCall,
    SyncDriver,
    TaskboundError,
    TaskboundWarning,
    UnfitChoice,
    UnfitCursor,
    UnfitPage,
    UnfitParameters,
    UnfitStatement,
    UnfitType,
    UniqueViolation,
    UnknownField,
    UnreadableField,
)
from taskbound.events import CancelledCommit, Event, Finding, Retried, subscribe
from taskbound.group import Call, TaskGroup, call
from taskbound.place import Place
from taskbound.session import ExpiringTaskSession, TaskSession, TaskTransaction
from taskbound.write.outcome import outcome_of
from taskbound.write.transactional import Transactional

if TYPE_CHECKING:
    from taskbound.plan import verify
    from taskbound.read import (
        ExplainedStatement,
        Explanation,
        Page,
        Projection,
        ProjectionQuery,
        projection,
    )
    from taskbound.settings import DatabaseSettings
    from taskbound.shape import (
        By,
        Count,
        Depth,
        Exists,
        For,
        From,
        Limit,
        Max,
        Min,
        OrderBy,
        Sum,
        Tree,
        Where,
    )

# Imported when they are asked for: what plans and reads DTOs takes a third of the time of SQLAlchemy's own
# import, pydantic-settings as long as all the rest, and not every program uses them.
_LATER = {
    "By": "taskbound.shape",
    "Count": "taskbound.shape",
    "DatabaseSettings": "taskbound.settings",
    "Depth": "taskbound.shape",
    "Exists": "taskbound.shape",
    "ExplainedStatement": "taskbound.read",
    "Explanation": "taskbound.read",
    "For": "taskbound.shape",
    "From": "taskbound.shape",
    "Limit": "taskbound.shape",
    "Max": "taskbound.shape",
    "Min": "taskbound.shape",
    "OrderBy": "taskbound.shape",
    "Page": "taskbound.read",
    "Projection": "taskbound.read",
    "ProjectionQuery": "taskbound.read",
    "Sum": "taskbound.shape",
    "Tree": "taskbound.shape",
    "Where": "taskbound.shape",
    "projection": "taskbound.read",
    "verify": "taskbound.plan",
}

__all__ = [
    "AbandonedConnection",
    "AbortedTransaction",
    "By",
    "Call",
    "CancelledCommit",
    "CheckViolation",
    "CommitOutcomeUnknown",
    "ConstraintViolation",
    "Count",
    "CyclicTree",
    "Database",
    "DatabaseSettings",
    "DatabaseUnavailable",
    "DeferredAttribute",
    "Depth",
    "EngineMisuse",
    "Event",
    "ExclusionViolation",
    "Exists",
    "ExpiredAttribute",
    "ExpiringTaskSession",
    "ExplainedStatement",
    "Explanation",
    "Failure",
    "Finding",
    "For",
    "ForeignKeyViolation",
    "ForeignLoop",
    "From",
    "HeldConnection",
    "HiddenIO",
    "Holder",
    "InterleavedWork",
    "InterruptedStream",
    "LazyRelationship",
    "Limit",
    "Max",
    "Min",
    "MisplacedRelation",
    "MissingDriver",
    "Misuse",
    "MultipleFound",
    "NestedCheckout",
    "NeverAdded",
    "NoShape",
    "NoSnapshot",
    "NotFound",
    "NotNullViolation",
    "NotRepeatable",
    "NullableField",
    "OrderBy",
    "OverlappingOperations",
    "Page",
    "Place",
    "PoisonedConnection",
    "PoolExhausted",
    "PoolMisuse",
    "PoolStatistics",
    "Projection",
    "ProjectionMisuse",
    "ProjectionQuery",
    "RecursiveShape",
    "Retried",
    "SessionClosed",
    "SessionMisuse",
    "Sum",
    "SyncCall",
    "SyncDriver",
    "TaskGroup",
    "TaskSession",
    "TaskTransaction",
    "TaskboundError",
    "TaskboundWarning",
    "Transactional",
    "Tree",
    "UnfitChoice",
    "UnfitCursor",
    "UnfitPage",
    "UnfitParameters",
    "UnfitStatement",
    "UnfitType",
    "UniqueViolation",
    "UnknownField",
    "UnreadableField",
    "Where",
    "call",
    "outcome_of",
    "projection",
    "subscribe",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_LATER[name]), name)
    globals()[name] = value
    return value

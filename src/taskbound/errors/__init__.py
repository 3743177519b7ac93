"""Every exception of taskbound.

```
TaskboundError
├── Misuse                              the program breaks a law; fix the code
│   ├── SessionMisuse
│   │   ├── OverlappingOperations TB101 two tasks inside one session at the same time
│   │   ├── InterleavedWork       TB102 one task ends another task's unfinished unit of work
│   │   ├── SessionClosed         TB103 a session used after it was closed
│   │   ├── InterruptedStream     TB104 a stream that goes on after its transaction
│   │   ├── LostWrites            TB301 a session closed with work that nobody has ended
│   │   ├── UnawaitedCall         TB302 `begin()` neither awaited nor entered
│   │   └── InnerCommit           TB303 a commit inside a block that commits by itself
│   ├── HiddenIO                        an attribute that would have to send SQL by itself
│   │   ├── LazyRelationship      TB201 a relationship that was not loaded
│   │   ├── ExpiredAttribute      TB202 a value that was thrown away since it was loaded
│   │   ├── DeferredAttribute     TB203 a column that the query left out
│   │   └── SyncCall              TB204 the synchronous session called outside `run_sync`
│   ├── ReadOnlyBlock             TB309 a write in a transaction that only reads
│   ├── CartesianProduct          TB206 tables of one statement that nothing joins
│   ├── UnusedEagerLoad           TB207 a relationship loaded with its objects and read on none
│   ├── NotRepeatable             TB311 a function that cannot be called again as a whole
│   ├── ChangeMisuse                    rows that cannot be written as they were given
│   │   ├── UnfitValues           TB601 values that do not go with the model
│   │   ├── UnboundedChange       TB602 an update or delete of every row by oversight
│   │   └── UnfitConflict         TB603 an upsert by what is no unique constraint
│   ├── PastFilter                TB605 rows read or written past a filter of their model
│   ├── RepeatedLoad              TB205 a relationship loaded for one object after the other
│   ├── EngineMisuse
│   │   ├── SyncDriver            TB401 a URL whose driver is not asynchronous
│   │   ├── MissingDriver         TB402 a URL whose driver is not installed
│   │   ├── ForeignLoop           TB403 an engine used from a second, running event loop
│   │   └── NoSnapshot            TB410 no snapshot for the tasks of a group to share
│   ├── AbortedTransaction        TB304 a commit after an error that had ended the transaction
│   ├── CommitAfterResponse       TB305 a commit after the response has begun
│   ├── NeverAdded                TB308 an object in a relationship that nobody has added
│   ├── PoolMisuse
│   │   ├── HeldConnection        TB405 a connection idle in a transaction for too long
│   │   ├── NestedCheckout        TB406 a task that takes a second connection while it holds one
│   │   ├── PoisonedConnection    TB408 a connection given back with a transaction open
│   │   └── AbandonedConnection   TB409 a connection that nobody gives back
│   └── ProjectionMisuse                a DTO that cannot be read from a model
│       ├── NoShape               TB501 a type that is no DTO
│       ├── RecursiveShape        TB502 a DTO that holds itself
│       ├── UnknownField          TB503 a field that the model does not have
│       ├── MisplacedRelation     TB504 a relation where a column is meant, or the reverse
│       ├── NullableField         TB505 a field that refuses None, for a value that may be absent
│       ├── UnfitType             TB506 a field whose type cannot hold the column's values
│       ├── UnfitStatement        TB507 a statement that does not select one mapped class
│       ├── UnfitParameters       TB513 parameters that a prepared projection does not take
│       ├── UnreadableField       TB508 a field of a kind that cannot be read
│       ├── UnfitChoice           TB514 a union of DTOs that does not go with the model's classes
│       └── UnfitPage             TB510 a page that cannot be read
└── Failure                             the world fails; handle it
    ├── RowRefused                TB604 one of many rows was refused
    ├── Refusal                         the database has refused what was sent
    │   ├── ConstraintViolation         because of a constraint
    │   │   ├── UniqueViolation   TB321 a row with the same key or unique values is there already
    │   │   ├── ForeignKeyViolation TB322 a foreign key that would lead to no row
    │   │   ├── NotNullViolation  TB323 no value for a column that must have one
    │   │   ├── CheckViolation    TB324 a row for which a CHECK does not hold
    │   │   └── ExclusionViolation TB325 a row that conflicts with one that is there already
    │   └── ValueRefused          TB606 a value that is too long, out of range, or of another type
    ├── CommitOutcomeUnknown      TB306 a COMMIT without an answer
    ├── StaleVersion              TB307 a row that somebody else has changed meanwhile
    ├── DeadlineExceeded          TB310 a block that took longer than its timeout
    ├── DatabaseUnavailable       TB404 the database does not answer
    ├── PoolExhausted             TB407 no connection came free in time
    ├── DatabaseClosing           TB411 the database is being closed
    ├── NotFound                  TB511 no row where there had to be one
    ├── MultipleFound             TB512 several rows where there had to be one
    ├── CyclicTree                TB515 a row of a tree that is among its own descendants
    └── UnfitCursor               TB509 a cursor that a client has not got from this query
```

A message's first line holds the fact, the place and the cure, because serialisers and loggers keep
no more than that. Each code has a page in `docs/errors/`.
"""

from __future__ import annotations

from taskbound.errors.base import Failure, Misuse, TaskboundError, TaskboundWarning
from taskbound.errors.change import (
    ChangeMisuse,
    RowRefused,
    UnboundedChange,
    UnfitConflict,
    UnfitValues,
)
from taskbound.errors.constraint import (
    CheckViolation,
    ConstraintViolation,
    ExclusionViolation,
    ForeignKeyViolation,
    NotNullViolation,
    UniqueViolation,
)
from taskbound.errors.dto import (
    MisplacedRelation,
    NoShape,
    NullableField,
    ProjectionMisuse,
    RecursiveShape,
    UnfitChoice,
    UnfitType,
    UnknownField,
    UnreadableField,
)
from taskbound.errors.engine import (
    DatabaseClosing,
    DatabaseUnavailable,
    EngineMisuse,
    ForeignLoop,
    MissingDriver,
    NoSnapshot,
    SyncDriver,
)
from taskbound.errors.filter import PastFilter
from taskbound.errors.hidden_io import (
    DeferredAttribute,
    ExpiredAttribute,
    HiddenIO,
    LazyRelationship,
    RepeatedLoad,
    SyncCall,
)
from taskbound.errors.pool import (
    AbandonedConnection,
    HeldConnection,
    Holder,
    NestedCheckout,
    PoisonedConnection,
    PoolExhausted,
    PoolMisuse,
)
from taskbound.errors.query import (
    CyclicTree,
    MultipleFound,
    NotFound,
    UnfitCursor,
    UnfitPage,
    UnfitParameters,
    UnfitStatement,
)
from taskbound.errors.refusal import Refusal
from taskbound.errors.session import (
    InterleavedWork,
    InterruptedStream,
    OverlappingOperations,
    SessionClosed,
    SessionMisuse,
)
from taskbound.errors.statement import CartesianProduct, UnusedEagerLoad
from taskbound.errors.transaction import (
    AbortedTransaction,
    CommitAfterResponse,
    NeverAdded,
)
from taskbound.errors.unit_of_work import InnerCommit, LostWrites, UnawaitedCall
from taskbound.errors.value import ValueRefused
from taskbound.errors.write import (
    CommitOutcomeUnknown,
    DeadlineExceeded,
    NotRepeatable,
    ReadOnlyBlock,
    StaleVersion,
)

__all__ = [
    "AbandonedConnection",
    "AbortedTransaction",
    "CartesianProduct",
    "ChangeMisuse",
    "CheckViolation",
    "CommitAfterResponse",
    "CommitOutcomeUnknown",
    "ConstraintViolation",
    "CyclicTree",
    "DatabaseClosing",
    "DatabaseUnavailable",
    "DeadlineExceeded",
    "DeferredAttribute",
    "EngineMisuse",
    "ExclusionViolation",
    "ExpiredAttribute",
    "Failure",
    "ForeignKeyViolation",
    "ForeignLoop",
    "HeldConnection",
    "HiddenIO",
    "Holder",
    "InnerCommit",
    "InterleavedWork",
    "InterruptedStream",
    "LazyRelationship",
    "LostWrites",
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
    "OverlappingOperations",
    "PastFilter",
    "PoisonedConnection",
    "PoolExhausted",
    "PoolMisuse",
    "ProjectionMisuse",
    "ReadOnlyBlock",
    "RecursiveShape",
    "Refusal",
    "RepeatedLoad",
    "RowRefused",
    "SessionClosed",
    "SessionMisuse",
    "StaleVersion",
    "SyncCall",
    "SyncDriver",
    "TaskboundError",
    "TaskboundWarning",
    "UnawaitedCall",
    "UnboundedChange",
    "UnfitChoice",
    "UnfitConflict",
    "UnfitCursor",
    "UnfitPage",
    "UnfitParameters",
    "UnfitStatement",
    "UnfitType",
    "UnfitValues",
    "UniqueViolation",
    "UnknownField",
    "UnreadableField",
    "UnusedEagerLoad",
    "ValueRefused",
]

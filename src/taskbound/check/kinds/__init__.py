"""What a value is, in the checker's eyes.

Kinds are compared by identity: two names that hold the same `Session` object hold the same session. A
kind that is not proven from source is `UNKNOWN`, and rules stay silent on it.
"""

from __future__ import annotations

from taskbound.check.kinds.collection import Collection, contained, element, is_literal, is_of_rows
from taskbound.check.kinds.holding import held_by, is_plain, sessions_in
from taskbound.check.kinds.kind import (
    NONE,
    NOT_KNOWN,
    UNKNOWN,
    Constant,
    Kind,
    Outside,
    Parameter,
    Text,
    Unknown,
)
from taskbound.check.kinds.project import (
    ClassRef,
    FunctionRef,
    Instance,
    MethodRef,
    ModuleRef,
    Provided,
)
from taskbound.check.kinds.rows import AwaitableAttrs, Entity, Result, Row, Rows
from taskbound.check.kinds.running import Coroutine, Stream, Task, TaskGroup, Variable
from taskbound.check.kinds.session import Context, Engine, Session, SessionFactory, Transaction
from taskbound.check.kinds.statement import MappedAttribute, Option, Statement

__all__ = [
    "NONE",
    "NOT_KNOWN",
    "UNKNOWN",
    "AwaitableAttrs",
    "ClassRef",
    "Collection",
    "Constant",
    "Context",
    "Coroutine",
    "Engine",
    "Entity",
    "FunctionRef",
    "Instance",
    "Kind",
    "MappedAttribute",
    "MethodRef",
    "ModuleRef",
    "Option",
    "Outside",
    "Parameter",
    "Provided",
    "Result",
    "Row",
    "Rows",
    "Session",
    "SessionFactory",
    "Statement",
    "Stream",
    "Task",
    "TaskGroup",
    "Text",
    "Transaction",
    "Unknown",
    "Variable",
    "contained",
    "element",
    "held_by",
    "is_literal",
    "is_of_rows",
    "is_plain",
    "sessions_in",
]

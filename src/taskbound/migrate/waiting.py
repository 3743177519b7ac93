"""What has to be waited for once sessions and engines are asynchronous: the calls of SQLAlchemy itself."""

from __future__ import annotations

import ast
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskbound.migrate.module import FunctionNode
from taskbound.migrate.values import (
    Connection,
    Engine,
    Factory,
    Query,
    Session,
    Transaction,
    Value,
    Values,
    of_type,
)
from taskbound.migrate.vocabulary import (
    BLOCKS,
    CONNECTION_AWAITS,
    CONSUMERS,
    QUERY_TERMINALS,
    SCHEMA,
    SESSION_AWAITS,
    SESSION_INSIDE,
    TRANSACTION_AWAITS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.migrate.inference import Inference
    from taskbound.migrate.module import Function, Module


class How(enum.Enum):
    """In which form a place waits."""

    CALL = "call"
    """A call that is awaited as it is."""
    TERMINAL = "terminal"
    """The call that sends a query."""
    ITERATION = "iteration"
    """A query that something iterates over."""
    INSIDE = "inside"
    """A method that only the synchronous session inside has."""
    SCHEMA = "schema"
    """`create_all(engine)` and the like."""
    BLOCK = "block"
    """A `with`."""
    LOOP = "loop"
    """A loop over an asynchronous generator."""


WaitingNode = ast.expr | ast.With | ast.For | ast.comprehension


@dataclass(frozen=True, slots=True)
class Wait:
    """A place that waits."""

    how: How
    node: WaitingNode
    module: Module
    function: Function | None
    """The function that it is in; None at the top of a module or class."""


class Waiting:
    """The places of a project that wait for SQLAlchemy."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def of(self, module: Module) -> Iterator[Wait]:
        """The places of one module."""
        for scope in (module.tree, *module.classes, *module.functions):
            function = module.functions[scope] if isinstance(scope, FunctionNode) else None
            if self._inference.is_listener(function):
                continue
            for node in module.own(scope):
                for how, waits in self._how(node, module):
                    yield Wait(how, waits, module, function)

    def is_block(self, values: Values) -> bool:
        """Whether a value is entered with `async with`, as far as SQLAlchemy goes."""
        return any(isinstance(value, Session | Connection | Transaction) for value in values)

    def _how(self, node: ast.AST, module: Module) -> Iterator[tuple[How, WaitingNode]]:
        match node:
            case ast.With(items=items):
                blocks = (self.is_block(self._inference.of(item.context_expr)) for item in items)
                if any(blocks):
                    yield How.BLOCK, node
            case ast.Call():
                if how := self._call(node, module):
                    yield how, node
                for each in self._iterated(node, module):
                    yield How.ITERATION, each
            case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
                if self._is_query(iterated):
                    yield How.ITERATION, iterated

    def _iterated(self, call: ast.Call, module: Module) -> list[ast.expr]:
        """The queries that a builtin iterates over."""
        name = self._inference.names.outside(call.func, module).removeprefix("builtins.")
        if name not in CONSUMERS and name not in {"enumerate", "zip"}:
            return []
        return [each for each in call.args if self._is_query(each)]

    def _is_query(self, node: ast.expr) -> bool:
        return bool(of_type(self._inference.of(node), Query))

    def _call(self, call: ast.Call, module: Module) -> How | None:
        if not isinstance(call.func, ast.Attribute):
            return None
        name = call.func.attr
        if name in SCHEMA and self._is_given_engine(call):
            return How.SCHEMA
        for value in self._inference.of(call.func.value):
            if how := _of_method(value, name):
                entered = isinstance(module.parent(call), ast.withitem)
                return None if name in BLOCKS and entered else how
        return None

    def _is_given_engine(self, call: ast.Call) -> bool:
        given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "bind")]
        values = (value for each in given for value in self._inference.of(each))
        return any(isinstance(value, Engine | Connection) for value in values)


def _of_method(value: Value, name: str) -> How | None:
    match value:
        case Session() | Factory(scoped=True):
            if name in SESSION_INSIDE:
                return How.INSIDE
            return How.CALL if name in SESSION_AWAITS or name in BLOCKS else None
        case Engine():
            return How.CALL if name in BLOCKS or name == "dispose" else None
        case Connection():
            return How.CALL if name in CONNECTION_AWAITS or name in BLOCKS else None
        case Transaction():
            return How.CALL if name in TRANSACTION_AWAITS else None
        case Query():
            return How.TERMINAL if name in QUERY_TERMINALS else None
    return None

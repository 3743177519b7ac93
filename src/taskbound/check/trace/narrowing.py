"""What `isinstance()` says of a session that may be of either sort."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.facts import last_name
from taskbound.check.kinds import UNKNOWN, ClassRef, Kind, Session
from taskbound.check.trace.names import SESSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TESTS = frozenset(("isinstance", "issubclass"))


def narrowed(
    test: ast.expr, look_up: Callable[[str], Kind]
) -> tuple[dict[str, Kind], dict[str, Kind]]:
    """The names that are no longer known where a test holds, and where it does not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        holds, fails = narrowed(test.operand, look_up)
        return fails, holds
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        # All of them fail where it fails.
        parts = [narrowed(value, look_up) for value in test.values]
        return {}, {name: kind for _, fails in parts for name, kind in fails.items()}
    return _of_call(test, look_up)


def _of_call(
    test: ast.expr, look_up: Callable[[str], Kind]
) -> tuple[dict[str, Kind], dict[str, Kind]]:
    if not (isinstance(test, ast.Call) and last_name(test) in _TESTS and len(test.args) == 2):  # noqa: PLR2004 - the value and the classes
        return {}, {}
    subject, classes = test.args
    if not isinstance(subject, ast.Name):
        return {}, {}
    kind = look_up(subject.id)
    if isinstance(kind, ClassRef):  # one of several, by what it is derived from
        return {}, {subject.id: UNKNOWN}
    sorts = {SESSIONS[name] for name in _names(classes) if name in SESSIONS}
    if not isinstance(kind, Session) or len(sorts) != 1:
        return {}, {}
    other: dict[str, Kind] = {subject.id: UNKNOWN}
    return ({}, other) if kind.asynchronous in sorts else (other, {})


def _names(node: ast.expr) -> Iterator[str]:
    for one in node.elts if isinstance(node, ast.Tuple) else [node]:
        if isinstance(one, ast.BinOp):
            yield from _names(one.left)
            yield from _names(one.right)
        else:
            yield last_name(one)

"""The nodes of a tree that say something, in the order of the text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Fields that hold words and signs, and no nodes that anything is asked of.
_PLAIN = frozenset({"ctx", "op", "ops", "type_ignores"})
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def inner_nodes(node: ast.AST) -> list[ast.AST]:
    """The nodes directly inside of one, but for operators and whether a name is read or bound."""
    fields = _FIELDS.get(type(node))
    if fields is None:
        fields = _FIELDS[type(node)] = tuple(f for f in node._fields if f not in _PLAIN)
    found: list[ast.AST] = []
    for field in fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def all_nodes(root: ast.AST) -> Iterator[ast.AST]:
    """A node and all nodes inside of it, from the top of the text to its end."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(inner_nodes(node))


def blocks_of(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The bodies of a statement, or of what holds some."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield block


def inner_statements(node: ast.AST) -> Iterator[ast.stmt | ast.ExceptHandler | ast.match_case]:
    """The statements directly inside of another one, and what holds some, without a look at expressions."""
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        inner = getattr(node, field, None)
        if isinstance(inner, list):
            yield from inner

"""Lists, tuples, sets and dicts that a function builds, and what is in any value with many."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from taskbound.check.kinds.kind import UNKNOWN, Kind
from taskbound.check.kinds.rows import Entity, Result, Row, Rows
from taskbound.check.kinds.running import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator


_MOST_ITEMS = 100


class Collection(Kind):
    """A list, tuple, set or dict that the function builds. It is shared by all names that hold it, so
    `append` is seen.

    `items`: (kind, many) pairs; `many` True: added in a loop or a comprehension, more than once. `keyed`:
    by constant key.
    """

    __slots__ = ("items", "keyed", "node")
    SHOWN = ("items", "keyed")

    def __init__(
        self,
        items: list[tuple[Kind, bool]],
        keyed: dict[Any, Kind] | None = None,
        node: ast.AST | None = None,
    ) -> None:
        self.items: list[tuple[Kind, bool]] = items
        self.keyed: dict[Any, Kind] | None = keyed
        self.node: ast.AST | None = node

    def put(self, kind: Kind, *, many: bool) -> None:
        """Add one more. A collection that grows by what it holds itself ends at some length."""
        if len(self.items) < _MOST_ITEMS:
            self.items.append((kind, many))


def contained(kind: Kind) -> Iterator[tuple[Kind, bool]]:
    """What a starred or gathered value holds, with whether it stands for many."""
    if isinstance(kind, Collection):
        yield from kind.items
        for value in (kind.keyed or {}).values():
            yield value, False
    elif isinstance(kind, Rows):
        yield kind.of, True


def element(kind: Kind) -> Kind:
    """What one turn of iterating this gives."""
    if isinstance(kind, (Rows, Result, Stream)):
        return kind.of
    if isinstance(kind, Collection):
        known = [item for item, _ in contained(kind) if item is not UNKNOWN]
        return known[0] if known else UNKNOWN
    return UNKNOWN


def is_of_rows(kind: Kind | None) -> bool:
    """Does iterating this go over rows of the database, so that its length is that of a result?"""
    if isinstance(kind, (Rows, Result)):
        return True
    return isinstance(kind, Collection) and any(
        many and isinstance(item, (Entity, Row)) for item, many in kind.items
    )


def is_literal(kind: Kind | None) -> bool:
    """Has it as many items as are written there? Not one that began so and has grown."""
    if not isinstance(kind, Collection) or any(many for _, many in kind.items):
        return False
    if isinstance(kind.node, ast.Dict):
        return len(kind.node.keys) == len(kind.items) + len(kind.keyed or {}) > 0
    written = kind.node.elts if isinstance(kind.node, (ast.List, ast.Tuple, ast.Set)) else []
    return len(written) == len(kind.items) > 0

"""A value that the database makes at UPDATE is not known to the object after the flush."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import ClassFacts, ModuleFacts
    from taskbound.check.index.mapped import ColumnFacts
    from taskbound.check.summary.program import Program

_LITERALS = (ast.Constant, ast.Lambda)


class Onupdate(Rule):
    """`onupdate=func.now()` or `server_onupdate=` in a class without `eager_defaults`."""

    code = "TB709"
    name = "onupdate"
    confidence = Confidence.HIGH
    summary = "A column that the database changes at UPDATE, in a class without eager_defaults"

    def __init__(self) -> None:
        self._told: set[int] = set()

    def check_module(self, module: ModuleFacts, program: Program) -> Iterator[Finding]:
        if not program.asynchronous:
            return
        for cls in module.classes:
            mapped = program.project.mapped(cls)
            if mapped is None or _fetches(mapped.argument("eager_defaults", program.project)):
                continue
            for column in mapped.columns.values():
                how = _of_the_database(column, program)
                if how and id(column.node) not in self._told:
                    self._told.add(id(column.node))
                    yield self._found(cls, column, how)

    def _found(self, cls: ClassFacts, column: ColumnFacts, how: str) -> Finding:
        return self.finding(
            column.cls.module.source,
            column.call or column.node,
            f"{how} of {cls.name}.{column.name} is made by the database, so a flush expires the "
            "attribute and the next read is hidden I/O; fetch it with the UPDATE: "
            '__mapper_args__ = {"eager_defaults": True}, or make the value in Python',
        )


def _fetches(argument: ast.expr | None) -> bool:
    # What can't be read may be True.
    return argument is not None and not (
        isinstance(argument, ast.Constant) and argument.value in (False, "auto")
    )


def _of_the_database(column: ColumnFacts, program: Program) -> str:
    if "server_onupdate" in column.keywords:
        return "server_onupdate"
    given = column.keywords.get("onupdate")
    if given is None or isinstance(given, _LITERALS):
        return ""
    return "onupdate" if isinstance(given, ast.Call) and _is_sql(given, column, program) else ""


def _is_sql(call: ast.Call, column: ColumnFacts, program: Program) -> bool:
    inner = call.func
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    root = inner.id if isinstance(inner, ast.Name) else ""
    symbol = program.project.resolve(column.cls.module, root) if root else None
    path = symbol if isinstance(symbol, str) else ""
    return path.startswith(("sqlalchemy", "sqlmodel")) and (root == "text" or last_name(call) != "")

"""Does each turn of a loop ask another table? No statement asks for all of those at once."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    Collection,
    Entity,
    Instance,
    Rows,
    Statement,
    contained,
    is_of_rows,
)
from taskbound.check.trace.events import Call
from taskbound.check.trace.trace import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Loop

# Methods that columns have, and values of rows have not.
_OF_COLUMNS = frozenset(
    ("in_", "not_in", "notin_", "is_", "is_not", "isnot", "ilike", "label", "desc", "asc")
)
# What is given a table or a column, and stands where that stands.
_AROUND = frozenset(("aliased", "count", "distinct", "max", "min", "sum"))
_BEFORE_TABLE = re.compile(
    r"\b(from|into|join|table|update)\s+[\"`\[]?(\w+[\"`\]]?\.[\"`\[]?)?$", re.IGNORECASE
)


def is_of_another_table(call: Call, fact: Fact, loop: Loop, program: Program) -> bool:
    """Does the turn give the statement's table? Of rows of a result it may, and each is a statement then."""
    if is_of_rows(loop.over) and not is_of_objects(loop):
        return False
    names = names_of_turn(loop)
    if call.function is None:
        return bool(names & _tables(_of_statement(call, loop)))
    trace = program.world.trace(call.function)
    if fact.last is None or not any(event is fact.last for event in trace.of(Call)):
        return False  # it is sent further below
    return bool(names & _given(call, call.function, _tables(trace.of(Call))))


def is_of_objects(loop: Loop) -> bool:
    """`configs: list[JoinConfig]` of a project's class that is no row, and a dict that was filled."""
    over = loop.over
    if isinstance(over, Collection):
        return not any(isinstance(item, Entity) for item, _ in contained(over))
    return isinstance(over, Rows) and isinstance(over.of, Instance) and over.session is None


def names_of_turn(loop: Loop) -> set[str]:
    """The loop's names, and those that are made of them within the turn."""
    names = targets(loop)
    for node in ast.walk(loop.node) if isinstance(loop.node, (ast.For, ast.AsyncFor)) else ():
        if isinstance(node, ast.Assign) and names & _names(node.value):
            names |= {name for target in node.targets for name in _names(target)}
    return names


def targets(loop: Loop) -> set[str]:
    """The names that stand between `for` and `in`."""
    target = getattr(loop.node, "target", None)
    return _names(target) if target is not None else set()


def _of_statement(call: Call, loop: Loop) -> Iterator[Call]:
    """The calls of the turn that build the statement."""
    statement = call.argument(0, "statement")
    parts: list[ast.AST] = [call.node]
    if isinstance(statement, Statement):
        parts += [statement.node, *(clause.node for _, clause in statement.clauses)]
    built = {id(node) for part in parts for node in ast.walk(part)}
    return (
        event for event, _ in walk(loop.body) if isinstance(event, Call) and id(event.node) in built
    )


def _tables(calls: Iterable[Call]) -> set[str]:
    """The names that stand where a statement says its tables and columns."""
    found: set[str] = set()
    for call in calls:
        made = call.result
        if isinstance(made, Statement) and made.node is call.node:
            found |= _in_text(call.node) if made.verb == "text" else set(map(_root, call.node.args))
        elif call.name in _OF_COLUMNS and isinstance(call.node.func, ast.Attribute):
            found.add(_root(call.node.func.value))
    return found - {""}


def _root(node: ast.expr) -> str:
    """`config` of `config.model.id`, and of `func.count(config.model.id)`."""
    while not isinstance(node, ast.Name):
        if isinstance(node, (ast.Attribute, ast.Starred)):
            node = node.value
        elif isinstance(node, ast.Call) and node.args and _last_name(node.func) in _AROUND:
            node = node.args[0]
        else:
            return ""
    return node.id


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _in_text(node: ast.Call) -> set[str]:
    """`table` of `text(f"DELETE FROM {table}")`."""
    text = node.args[0] if node.args else None
    parts = text.values if isinstance(text, ast.JoinedStr) else []
    return {
        name
        for before, part in pairwise(parts)
        if isinstance(before, ast.Constant)
        and isinstance(part, ast.FormattedValue)
        and _BEFORE_TABLE.search(str(before.value))
        for name in _names(part.value)
    }


def _given(call: Call, function: FunctionFacts, wanted: set[str]) -> set[str]:
    """The names in the arguments that these parameters get."""
    positional = [
        parameter.name for parameter in function.parameters if parameter.how == "positional"
    ]
    if getattr(call.target, "bound", None) is not None:
        positional = positional[1:]
    pairs = [
        *zip(positional, call.node.args, strict=False),
        *((keyword.arg, keyword.value) for keyword in call.node.keywords),
    ]
    return {name for parameter, value in pairs if parameter in wanted for name in _names(value)}


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}

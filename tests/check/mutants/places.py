"""Places that several mutations look for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .code import Code, Function

READS = frozenset({"execute", "scalar", "scalars", "get", "get_one"})


def on_session(module: Code, node: ast.AST | None, sessions: set[str], *methods: str) -> bool:
    """A call of a method of one of the sessions."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
        and module.of(node.func.value) in sessions
    )


def awaited(node: ast.AST | None) -> ast.Call | None:
    """The call of `await call()`."""
    return node.value if isinstance(node, ast.Await) and isinstance(node.value, ast.Call) else None


def statement_call(statement: ast.stmt) -> ast.Call | None:
    """The call of a statement that is `await call()` alone."""
    return awaited(statement.value) if isinstance(statement, ast.Expr) else None


def commits(module: Code, scope: ast.AST, session: str) -> list[ast.Expr]:
    found = [each for each in ast.walk(scope) if isinstance(each, ast.Expr)]
    return [each for each in found if on_session(module, statement_call(each), {session}, "commit")]


def own(module: Code, function: Function, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    """Nodes of a function, without those of functions in it."""
    return (each for each in module.owned[function] if isinstance(each, kinds))


def suites(module: Code, function: Function) -> Iterator[list[ast.stmt]]:
    """Every list of statements of a function."""
    for node in [function, *own(module, function, ast.stmt, ast.ExceptHandler)]:
        for name in ("body", "orelse", "finalbody"):
            suite = getattr(node, name, None)
            if (
                isinstance(suite, list)
                and suite
                and isinstance(suite[0], ast.stmt)
                and not isinstance(node, ast.ClassDef)
            ) and (
                node is function or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            ):
                yield suite


def names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def stores(node: ast.AST) -> set[str]:
    return {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def leaves(suite: list[ast.stmt]) -> bool:
    """The suite ends by leaving it."""
    return isinstance(suite[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def called(module: Code, node: ast.AST, *functions: str) -> list[ast.Call]:
    """Calls of functions of these names in a node, whatever stands before them."""
    if not any(f"{each}(" in module.text for each in functions):
        return []
    if node is module.tree:
        return (
            [each for name in functions for each in module.calls.get(name, ())]
            if module.owned
            else []
        )
    return [
        each
        for each in ast.walk(node)
        if isinstance(each, ast.Call) and module.of(each.func).split(".")[-1] in functions
    ]


def of_statement(module: Code, option: ast.AST) -> bool:
    """The option stands in `.options(...)` of a select() itself, not below another option."""
    parent = module.parents.get(option) if module.owned else None
    while isinstance(parent, ast.Attribute | ast.Call) and not is_options(parent):
        parent = module.parents.get(parent)
    return isinstance(parent, ast.Call) and is_of_select(module, parent)


def is_options(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "options"
    )


def is_of_select(module: Code, options: ast.Call) -> bool:
    """`select(...)....options(...)`, and no option of it raises where nothing was loaded."""
    node: ast.AST = options
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return (
        isinstance(node, ast.Call)
        and module.of(node.func) == "select"
        and "raiseload" not in module.of(options)
    )


def writes(module: Code, statement: ast.stmt, session: str) -> bool:
    """The statement writes on the session, or will at the next flush."""
    for node in ast.walk(statement):
        if on_session(module, node, {session}, "add", "add_all", "delete", "merge"):
            return True
        if (
            on_session(module, node, {session}, "execute")
            and isinstance(node, ast.Call)
            and node.args
        ) and called(module, node.args[0], "insert", "update", "delete"):
            return True
    return False


def executes(module: Code, statement: ast.stmt, session: str) -> bool:
    """A plain statement that certainly sends a query on the session."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
        return False
    return any(
        isinstance(each, ast.Await)
        and on_session(module, each.value, {session}, "execute", "scalar", "scalars")
        for each in ast.walk(statement)
    )

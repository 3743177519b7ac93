"""What was loaded is not loaded any more, or is loaded once a row."""

from __future__ import annotations

import ast
import itertools
import re
from typing import TYPE_CHECKING

from .mutant import mutation
from .places import called, is_of_select, is_options, names, on_session, own, stores, suites

if TYPE_CHECKING:
    from .code import Code, Function
    from .mutant import Found
    from .package import Package

EAGER = ("selectinload", "joinedload", "subqueryload")


@mutation("TB201", "TB720")
def option_dropped(package: Package, module: Code) -> Found:
    """`.options(selectinload(A.b))` is dropped where the function reads `.b` later."""
    for function in package.users(module):
        for options in own(module, function, ast.Call):
            relation = _only_eager(module, options)
            if relation is None or not _lazy_in_all(package, relation[0], relation[1]):
                continue
            if module.of(function).count(f".{relation[1]})") > 1 or not _read_of_result(
                module, function, options, relation[1]
            ):
                continue
            assert isinstance(options, ast.Call) and isinstance(options.func, ast.Attribute)
            yield options, function, [module.replaced(options, module.of(options.func.value))]


@mutation("TB201", "TB720")
def one_option_of_several_dropped(package: Package, module: Code) -> Found:
    """One of several eager options is dropped, and its relationship is read in the function."""
    for function in package.users(module):
        for options in own(module, function, ast.Call):
            if not _is_options(module, options):
                continue
            assert isinstance(options, ast.Call)
            for number, option in enumerate(options.args):
                relation = _eager(module, option)
                if (
                    relation is None
                    or len(options.args) == 1
                    or not _lazy_in_all(package, *relation)
                ):
                    continue
                if module.of(function).count(f".{relation[1]})") > 1 or not _read_of_result(
                    module, function, options, relation[1]
                ):
                    continue
                assert isinstance(options.func, ast.Attribute)
                kept = ", ".join(module.of(each) for each in options.args if each is not option)
                change = module.replaced(
                    options, f"{module.of(options.func.value)}.options({kept})"
                )
                yield options.args[number], function, [change]


@mutation("TB202")
def rollback_before_read(package: Package, module: Code) -> Found:
    """A rollback between the query of an entity and the read of a column."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for suite in suites(module, function) if sessions else ():
            for number, statement in enumerate(suite):
                loaded = _loads_entity(package, module, statement, sessions)
                if loaded is None:
                    continue
                name, cls, session = loaded
                for later in suite[number + 1 :]:
                    if (
                        name in stores(later)
                        or "rollback" in module.of(later)
                        or "refresh" in module.of(later)
                    ):
                        break
                    if isinstance(
                        later, ast.Assign | ast.Return | ast.Expr | ast.AnnAssign
                    ) and _reads_column(package, later, name, cls):
                        if module.alone(later):
                            yield (
                                later,
                                function,
                                [module.before(later, f"await {session}.rollback()")],
                            )
                        break


@mutation("TB203", "TB720")
def column_deferred(package: Package, module: Code) -> Found:
    """The query defers a column that the function reads."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for suite in suites(module, function) if sessions else ():
            for number, statement in enumerate(suite):
                loaded = _loads_entity(package, module, statement, sessions)
                if loaded is None:
                    continue
                name, cls, _ = loaded
                select = next(
                    (
                        each
                        for each in called(module, statement, "select")
                        if module.of(each.args[0] if each.args else None) == cls
                    ),
                    None,
                )
                if (
                    select is None
                    or "load_only" in module.of(statement)
                    or "options" in module.of(statement)
                ):
                    continue
                for later in suite[number + 1 :]:
                    if name in stores(later) or "refresh" in module.of(later):
                        break
                    column = _reads_column(package, later, name, cls)
                    if (
                        column
                        and column != "id"
                        and isinstance(later, ast.Assign | ast.Return | ast.Expr | ast.AnnAssign)
                    ):
                        option = f"{module.of(select)}.options(defer({cls}.{column}))"
                        yield (
                            later,
                            function,
                            [
                                module.replaced(select, option),
                                module.importing("from sqlalchemy.orm import defer"),
                            ],
                        )
                        break


@mutation("TB205")
def refresh_each_row(package: Package, module: Code) -> Found:
    """Each row of a query is refreshed in the loop over them."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for loop in own(module, function, ast.For):
            assert isinstance(loop, ast.For)
            session = _rows_of(module, function, loop, sessions)
            if (
                session is not None
                and isinstance(loop.target, ast.Name)
                and module.alone(loop.body[0])
                and not _awaits(loop)
            ):
                yield (
                    loop,
                    function,
                    [module.before(loop.body[0], f"await {session}.refresh({loop.target.id})")],
                )


@mutation("TB205")
def query_moved_into_loop(package: Package, module: Code) -> Found:
    """The query that stands before a loop over rows moves into it."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for suite in suites(module, function) if sessions else ():
            for one, loop in itertools.pairwise(suite):
                if (
                    not isinstance(loop, ast.For)
                    or not isinstance(one, ast.Assign)
                    or _rows_of(module, function, loop, sessions) is None
                ):
                    continue
                query = any(
                    on_session(module, each, sessions, "execute", "scalar", "scalars")
                    for each in ast.walk(one)
                )
                if (
                    query
                    and not stores(one) & names(loop.iter)
                    and module.alone(loop.body[0])
                    and not _awaits(loop)
                    and "\n" not in module.of(one)
                ):
                    yield (
                        loop,
                        function,
                        [module.before(loop.body[0], module.of(one)), module.replaced(one, "pass")],
                    )


def _awaits(loop: ast.For) -> bool:
    return any(
        isinstance(each, ast.Await) for statement in loop.body for each in ast.walk(statement)
    )


def _rows_of(module: Code, function: Function, loop: ast.For, sessions: set[str]) -> str | None:
    """The session whose query gave the rows that a loop goes over."""
    values: list[ast.AST] = [loop.iter]
    if isinstance(loop.iter, ast.Name):
        values = [
            each.value
            for each in own(module, function, ast.Assign)
            if isinstance(each, ast.Assign) and loop.iter.id in stores(each)
        ]
        if len(values) != 1:
            return None
    text = module.of(values[0])
    if not re.search(r"\.scalars\(\)?.*\.all\(\)|scalars\(.*\)\.all\(\)", text, re.DOTALL):
        return None
    for each in ast.walk(values[0]):
        for session in sessions:
            if on_session(module, each, {session}, "execute", "scalars") and any(
                _selects_one_entity(module, query) for query in called(module, each, "select")
            ):
                return session
    return None


def _selects_one_entity(module: Code, select: ast.Call) -> bool:
    return (
        len(select.args) == 1
        and isinstance(select.args[0], ast.Name)
        and select.args[0].id[:1].isupper()
    )


def _loads_entity(
    package: Package, module: Code, statement: ast.stmt, sessions: set[str]
) -> tuple[str, str, str] | None:
    """(name, class, session) of `user = (await s.execute(select(User)...)).scalar_one()` and of get()."""
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or not isinstance(statement.targets[0], ast.Name)
    ):
        return None
    name = statement.targets[0].id
    for each in ast.walk(statement.value):
        for session in sorted(sessions):
            if (
                on_session(module, each, {session}, "get")
                and isinstance(each, ast.Call)
                and isinstance(statement.value, ast.Await)
                and len(each.args) == 2
            ):
                cls = module.of(each.args[0])
                return (name, cls, session) if cls in package.columns else None
            if on_session(module, each, {session}, "execute", "scalar", "scalars"):
                selects = called(module, each, "select")
                if len(selects) != 1 or not _selects_one_entity(module, selects[0]):
                    continue
                end = module.of(statement.value)
                if (
                    re.search(r"\.(scalar_one|scalar_one_or_none|first|one|one_or_none)\(\)$", end)
                    and "scalar" in end
                ):
                    cls = module.of(selects[0].args[0])
                    return (name, cls, session) if cls in package.columns else None
    return None


def _reads_column(package: Package, statement: ast.stmt, name: str, cls: str) -> str | None:
    for each in ast.walk(statement):
        if (
            isinstance(each, ast.Attribute)
            and isinstance(each.ctx, ast.Load)
            and isinstance(each.value, ast.Name)
            and each.value.id == name
        ) and each.attr in package.columns[cls]:
            return each.attr
    return None


def _is_options(module: Code, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and is_options(node) and is_of_select(module, node)


def _eager(module: Code, option: ast.expr) -> tuple[str, str] | None:
    """(class, relationship) of `selectinload(A.b)`, with or without what is loaded below it."""
    text = module.of(option)
    match = re.match(rf"({'|'.join(EAGER)})\(\s*(\w+)\.(\w+)\s*\)", text)
    return (match[2], match[3]) if match else None


def _only_eager(module: Code, node: ast.AST) -> tuple[str, str] | None:
    if (
        not _is_options(module, node)
        or not isinstance(node, ast.Call)
        or len(node.args) != 1
        or node.keywords
    ):
        return None
    return _eager(module, node.args[0])


def _lazy_in_all(package: Package, cls: str, name: str) -> bool:
    found = [each for each in package.relationships.get(name, ()) if each.cls == cls]
    return len(found) == 1 and found[0].lazy in {None, "select"}


def _read_of_result(module: Code, function: Function, options: ast.AST, name: str) -> bool:
    """The relationship is read after the query, in plain reads that name no class."""
    end = module.end(options)
    for each in own(module, function, ast.Attribute):
        if (
            isinstance(each, ast.Attribute)
            and each.attr == name
            and isinstance(each.ctx, ast.Load)
            and module.start(each) > end
        ):
            root = each.value
            if (
                isinstance(root, ast.Name)
                and root.id[:1].islower()
                and root.id not in {"self", "data", "request", "payload", "body"}
            ):
                return "refresh" not in module.of(function) and "awaitable_attrs" not in module.of(
                    function
                )
    return False

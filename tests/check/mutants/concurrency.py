"""A session shared, handed to what outlives the call, held while something else is awaited."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING

from .mutant import mutation
from .places import (
    READS,
    awaited,
    commits,
    executes,
    leaves,
    names,
    on_session,
    own,
    statement_call,
    stores,
    suites,
)

if TYPE_CHECKING:
    from .code import Code
    from .mutant import Found
    from .package import Package


@mutation("TB101")
def two_queries_in_gather(package: Package, module: Code) -> Found:
    """`a = await s.execute(x); b = await s.execute(y)` become one gather()."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for suite in suites(module, function) if sessions else ():
            for one, other in itertools.pairwise(suite):
                first, second = (
                    _assigned_query(module, one, sessions),
                    _assigned_query(module, other, sessions),
                )
                if (
                    first is None
                    or second is None
                    or stores(one) & names(other)
                    or one.end_lineno == other.lineno
                ):
                    continue
                targets = f"{module.of(_target(one))}, {module.of(_target(other))}"
                text = f"{targets} = await asyncio.gather({module.of(first)}, {module.of(second)})"
                change = module.replaced(one, text)
                yield (
                    one,
                    function,
                    [change, module.replaced(other, "pass"), module.importing("import asyncio")],
                )


@mutation("TB101")
def loop_becomes_gather(package: Package, module: Code) -> Found:
    """`for x in xs: await f(session, x)` becomes a gather() of all."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for loop in own(module, function, ast.For):
            assert isinstance(loop, ast.For)
            call = statement_call(loop.body[0]) if len(loop.body) == 1 else None
            if call is None or loop.orelse or not _takes_or_is_on(module, call, sessions):
                continue
            over = f"for {module.of(loop.target)} in {module.of(loop.iter)}"
            text = f"await asyncio.gather(*[{module.of(call)} {over}])"
            yield loop, function, [module.replaced(loop, text), module.importing("import asyncio")]


@mutation("TB101", "TB716")
def child_beside_the_parent(package: Package, module: Code) -> Found:
    """`await f(session, x)` becomes a task that runs while the parent goes on with the session."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for suite in suites(module, function) if sessions else ():
            for one, other in itertools.pairwise(suite):
                call = statement_call(one)
                if (
                    call is None
                    or not _takes(module, call, sessions)
                    or not any(executes(module, other, each) for each in sessions)
                ):
                    continue
                task = f"task = asyncio.create_task({module.of(call)})"
                yield (
                    one,
                    function,
                    [
                        module.replaced(one, task),
                        module.after(other, "await task"),
                        module.importing("import asyncio"),
                    ],
                )


@mutation("TB716", "TB101")
def task_instead_of_await(package: Package, module: Code) -> Found:
    """The last statement of the session's block, `await f(session, x)`, becomes a task that nobody awaits."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            last = block.node.body[-1]
            call = statement_call(last)
            if call is not None and _takes(module, call, {block.session}):
                text = f"asyncio.create_task({module.of(call)})"
                yield (
                    last,
                    function,
                    [module.replaced(last, text), module.importing("import asyncio")],
                )


@mutation("TB716", "TB101")
def task_in_handler(package: Package, module: Code) -> Found:
    """A handler's `await f(session, x)` becomes a task."""
    for function in package.users(module):
        given = package.parameters(module, function)
        if not package.is_handler(module, function):
            continue
        for statement in own(module, function, ast.Expr):
            assert isinstance(statement, ast.Expr)
            call = statement_call(statement)
            if call is not None and _takes(module, call, given):
                text = f"asyncio.create_task({module.of(call)})"
                yield (
                    statement,
                    function,
                    [module.replaced(statement, text), module.importing("import asyncio")],
                )


@mutation("TB405")
def sleep_while_held(package: Package, module: Code) -> Found:
    """asyncio.sleep between a query and the end of the session's block."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            if commits(module, block.node, block.session):
                continue
            for statement in block.node.body[:-1]:
                if executes(module, statement, block.session) and module.alone(statement):
                    yield (
                        statement,
                        function,
                        [
                            module.after(statement, "await asyncio.sleep(5)"),
                            module.importing("import asyncio"),
                        ],
                    )
                    break


@mutation("TB405")
def http_moved_into_the_block(package: Package, module: Code) -> Found:
    """A call of another service, right after the session's block, is moved into it."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            for suite in suites(module, function):
                if block.node not in suite or leaves(block.node.body):
                    continue
                after = suite[suite.index(block.node) + 1 :]
                if not after or not any(
                    executes(module, each, block.session) for each in block.node.body
                ):
                    continue
                text = module.of(after[0])
                outside = any(
                    isinstance(each, ast.Await) and _is_http(module, each)
                    for each in ast.walk(after[0])
                )
                if (
                    outside
                    and isinstance(after[0], ast.Assign)
                    and not commits(module, block.node, block.session)
                ):
                    lines = text.split("\n")
                    yield (
                        after[0],
                        function,
                        [
                            module.after(
                                block.node.body[-1], lines[0], *[each.strip() for each in lines[1:]]
                            ),
                            module.replaced(after[0], "pass"),
                        ],
                    )


@mutation("TB405")
def http_in_handler(package: Package, module: Code) -> Found:
    """A handler asks another service after its first query."""
    for function in package.users(module):
        given = package.parameters(module, function)
        if not package.is_handler(module, function):
            continue
        for session in given:
            if commits(module, function, session):
                continue
            for statement in function.body[:-1]:
                if executes(module, statement, session) and module.alone(statement):
                    lines = (
                        "async with httpx.AsyncClient() as outside:",
                        '    await outside.get("https://example.com")',
                    )
                    yield (
                        statement,
                        function,
                        [module.after(statement, *lines), module.importing("import httpx")],
                    )
                    break


@mutation("TB406")
def second_session(package: Package, module: Code) -> Found:
    """A second session of the same factory is opened while the first is held."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            if commits(module, block.node, block.session):
                continue
            for statement in block.node.body:
                if not executes(module, statement, block.session) or not module.alone(statement):
                    continue
                query = next(
                    each
                    for each in ast.walk(statement)
                    if on_session(module, each, {block.session}, "execute", "scalar", "scalars")
                )
                assert isinstance(query, ast.Call)
                if (
                    query.args
                    and not isinstance(query.args[0], ast.Await)
                    and len(query.args) == 1
                    and not query.keywords
                    and "\n" not in module.of(query.args[0])
                ):
                    lines = (
                        f"async with {block.factory}() as second:",
                        f"    await second.execute({module.of(query.args[0])})",
                    )
                    if not leaves([statement]):
                        yield statement, function, [module.after(statement, *lines)]
                        break


@mutation("TB406")
def opens_in_handler(package: Package, module: Code) -> Found:
    """A handler that has used its session opens another one of its module's factory."""
    at_module = {
        each
        for each in package.factories
        if f"\n{each}" in module.text or f" {each}" in module.text
    }
    for function in package.users(module):
        if not package.is_handler(module, function):
            continue
        for session in package.parameters(module, function):
            for statement in function.body[:-1]:
                factory = next(
                    (
                        each
                        for each in sorted(at_module)
                        if f"import {each}" in module.text or f", {each}" in module.text
                    ),
                    None,
                )
                if (
                    factory is None
                    or not executes(module, statement, session)
                    or not module.alone(statement)
                ):
                    continue
                lines = (f"async with {factory}() as second:", "    await second.connection()")
                yield statement, function, [module.after(statement, *lines)]
                break


def _assigned_query(module: Code, statement: ast.stmt, sessions: set[str]) -> ast.Call | None:
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or not isinstance(statement.targets[0], ast.Name)
    ):
        return None
    call = awaited(statement.value)
    return call if call is not None and _takes_or_is_on(module, call, sessions) else None


def _target(statement: ast.stmt) -> ast.expr:
    assert isinstance(statement, ast.Assign)
    return statement.targets[0]


def _takes(module: Code, call: ast.Call, sessions: set[str]) -> bool:
    given = [*call.args, *(each.value for each in call.keywords)]
    return any(module.of(each) in sessions for each in given) and not any(
        isinstance(each, ast.Await) for each in ast.walk(call)
    )


def _takes_or_is_on(module: Code, call: ast.Call, sessions: set[str]) -> bool:
    if any(isinstance(each, ast.Await) for each in ast.walk(call)):
        return False
    return on_session(module, call, sessions, *READS) or (
        _takes(module, call, sessions) and isinstance(call.func, ast.Name)
    )


def _is_http(module: Code, node: ast.Await) -> bool:
    call = awaited(node)
    if call is None or not isinstance(call.func, ast.Attribute):
        return False
    receiver = module.of(call.func.value).lower()
    return call.func.attr in {"get", "post", "put", "patch", "request"} and receiver.split(".")[
        -1
    ] in {"client", "http", "http_client", "_client"}

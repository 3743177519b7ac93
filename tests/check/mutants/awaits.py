"""Awaits that are missing or wrong, and what blocks the loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .code import Change
from .mutant import mutation
from .places import awaited, on_session, own, statement_call

if TYPE_CHECKING:
    from .code import Code
    from .mutant import Found
    from .package import Package

COROUTINES = ("commit", "flush", "refresh", "delete", "execute", "rollback", "close", "merge")


@mutation("TB302")
def await_dropped(package: Package, module: Code) -> Found:
    """`await session.commit()` without its await."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for statement in own(module, function, ast.Expr):
            assert isinstance(statement, ast.Expr)
            if on_session(module, statement_call(statement), sessions, *COROUTINES) and isinstance(
                statement.value, ast.Await
            ):
                yield statement, function, [module.without_await(statement.value)]


@mutation("TB719")
def result_of_the_coroutine(package: Package, module: Code) -> Found:
    """`(await s.execute(q)).scalars()` without its brackets."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for node in own(module, function, ast.Attribute):
            if isinstance(node, ast.Attribute) and on_session(
                module, awaited(node.value), sessions, "execute", "scalars"
            ):
                opening = module.text.rfind("(", 0, module.start(node.value))
                closing = module.text.find(")", module.end(node.value))
                if (
                    module.text[opening + 1 : module.start(node.value)].strip() == ""
                    and module.text[module.end(node.value) : closing].strip() == ""
                ):
                    yield node, function, [_delete(opening), _delete(closing)]


@mutation("TB719")
def add_awaited(package: Package, module: Code) -> Found:
    """`await session.add(x)`."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for statement in own(module, function, ast.Expr):
            assert isinstance(statement, ast.Expr)
            if on_session(module, statement.value, sessions, "add", "add_all", "expunge", "expire"):
                yield (
                    statement,
                    function,
                    [module.replaced(statement, f"await {module.of(statement)}")],
                )


@mutation("TB719")
def with_for_async_with(package: Package, module: Code) -> Found:
    """`with factory() as session:`."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            at = module.start(block.node)
            yield (
                block.node,
                function,
                [
                    module.replaced(
                        block.node,
                        module.text[at : module.end(block.node)].replace("async with", "with", 1),
                    )
                ],
            )


@mutation("TB702")
def blocking_sleep(package: Package, module: Code) -> Found:
    """`time.sleep` for `asyncio.sleep`."""
    for function in module.coroutines:
        for node in own(module, function, ast.Await):
            call = awaited(node)
            if (
                call is not None
                and module.of(call.func) == "asyncio.sleep"
                and len(call.args) == 1
                and module.of(call.args[0]) != "0"
            ):
                yield (
                    node,
                    function,
                    [
                        module.replaced(node, f"time.sleep({module.of(call.args[0])})"),
                        module.importing("import time"),
                    ],
                )


@mutation("TB702")
def blocking_http(package: Package, module: Code) -> Found:
    """`requests` for an httpx client."""
    for function in module.coroutines:
        for node in own(module, function, ast.Await):
            call = awaited(node)
            if (
                call is None
                or not re.fullmatch(
                    r"(http_)?client\.(get|post|put|delete|patch)", module.of(call.func)
                )
                or "httpx" not in module.text
            ):
                continue
            assert isinstance(call.func, ast.Attribute)
            text = f"requests.{call.func.attr}{module.of(call)[len(module.of(call.func)) :]}"
            yield node, function, [module.replaced(node, text), module.importing("import requests")]


@mutation("TB702")
def thread_dropped(package: Package, module: Code) -> Found:
    """A known blocking function that ran in a thread is called in the loop."""
    for function in module.coroutines:
        for node in own(module, function, ast.Await):
            call = awaited(node)
            if (
                call is None
                or module.of(call.func) not in {"asyncio.to_thread", "anyio.to_thread.run_sync"}
                or not call.args
            ):
                continue
            target = module.of(call.args[0])
            if re.fullmatch(r"(requests\.\w+|subprocess\.\w+|time\.sleep|shutil\.\w+)", target):
                rest = ", ".join(
                    [
                        *(module.of(each) for each in call.args[1:]),
                        *(module.of(each) for each in call.keywords),
                    ]
                )
                yield node, function, [module.replaced(node, f"{target}({rest})")]


@mutation("TB713")
def query_in_run_sync(package: Package, module: Code) -> Found:
    """`await s.execute(q)` becomes `await s.run_sync(lambda sync: sync.execute(q))`."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for node in own(module, function, ast.Await):
            call = awaited(node)
            if (
                call is None
                or not on_session(module, call, sessions, "execute", "scalar", "scalars")
                or any(isinstance(each, ast.Await) for each in ast.walk(call))
            ):
                continue
            assert isinstance(call.func, ast.Attribute)
            arguments = module.of(call)[len(module.of(call.func)) :]
            query = f"lambda sync_session: sync_session.{call.func.attr}{arguments}"
            text = f"await {module.of(call.func.value)}.run_sync({query})"
            yield node, function, [module.replaced(node, text)]


@mutation("TB714")
def sync_session_in_coroutine(package: Package, module: Code) -> Found:
    """The parameter becomes a `Session`, and its calls lose their awaits."""
    for function in package.users(module):
        given = package.parameters(module, function)
        for argument in (*function.args.args, *function.args.kwonlyargs):
            if argument.arg not in given or module.of(argument.annotation) != "AsyncSession":
                continue
            uses = [
                each
                for each in own(module, function, ast.Name)
                if isinstance(each, ast.Name) and each.id == argument.arg
            ]
            awaits = [
                each
                for each in own(module, function, ast.Await)
                if on_session(
                    module, awaited(each), {argument.arg}, *COROUTINES, "scalar", "scalars", "get"
                )
            ]
            if not awaits or len(uses) != len(
                [each for each in uses if isinstance(module.parents[each], ast.Attribute)]
            ):
                continue
            if (
                sum(
                    module.of(function).count(f"{argument.arg}.{each}(")
                    for each in ("execute", "scalar", "scalars", "get")
                )
                == 0
                or len(function.args.defaults) > 0
            ):
                continue
            assert argument.annotation is not None
            changes: list[Change | None] = [
                module.replaced(argument.annotation, "Session"),
                module.importing("from sqlalchemy.orm import Session"),
            ]
            yield (
                function,
                function,
                [
                    *changes,
                    *(module.without_await(each) for each in awaits if isinstance(each, ast.Await)),
                ],
            )


def _delete(at: int) -> Change:
    return Change(at, at + 1, "")

"""Commits that are missing, too many, too early, or in the wrong place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .mutant import mutation
from .places import commits, leaves, on_session, own, statement_call, suites, writes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .code import Code
    from .mutant import Found
    from .package import Package


@mutation("TB301")
def commit_dropped(package: Package, module: Code) -> Found:
    """The only commit of a session that the function opened and wrote on is dropped."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            found = commits(module, block.node, block.session)
            if (
                len(found) == 1
                and any(writes(module, each, block.session) for each in block.node.body)
                and ".begin" not in module.of(block.node)
            ):
                yield found[0], function, [module.replaced(found[0], "pass")]


@mutation("TB301")
def begin_dropped(package: Package, module: Code) -> Found:
    """`factory.begin()` becomes `factory()`."""
    for function in package.users(module):
        for block, call, session in _begin_blocks(package, module, function):
            if any(
                writes(module, each, session) for each in block.body
            ) and "commit" not in module.of(block):
                assert isinstance(call.func, ast.Attribute)
                yield block, function, [module.replaced(call.func, module.of(call.func.value))]


@mutation("TB303")
def commit_in_begin_block(package: Package, module: Code) -> Found:
    """A commit after the first statement of a block that commits on exit."""
    for function in package.users(module):
        for block, _, session in _begin_blocks(package, module, function):
            first = block.body[0]
            if not leaves([first]) and module.alone(first) and "commit" not in module.of(block):
                yield block, function, [module.after(first, f"await {session}.commit()")]


@mutation("TB303")
def begin_around_commit(package: Package, module: Code) -> Found:
    """`factory()` becomes `factory.begin()`, and the commit inside stays."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            if (
                commits(module, block.node, block.session)
                and "rollback" not in module.of(block.node)
                and ".begin" not in module.of(block.node)
            ):
                yield (
                    block.node,
                    function,
                    [module.replaced(block.item.context_expr, f"{block.factory}.begin()")],
                )


@mutation("TB305")
def commit_after_yield(package: Package, module: Code) -> Found:
    """A dependency that only closed commits after its yield."""
    for function in package.users(module):
        if (
            function.name not in package.dependencies
            or "commit" in module.of(function)
            or "contextmanager" in "".join(module.of(each) for each in function.decorator_list)
        ):
            continue
        sessions = package.sessions(module, function)
        for statement in own(module, function, ast.Expr):
            assert isinstance(statement, ast.Expr)
            if (
                isinstance(statement.value, ast.Yield)
                and module.of(statement.value.value) in sessions
                and module.alone(statement)
            ):
                yield (
                    statement,
                    function,
                    [module.after(statement, f"await {module.of(statement.value.value)}.commit()")],
                )


@mutation("TB712")
def commit_moved_into_loop(package: Package, module: Code) -> Found:
    """The commit after a loop of writes moves into the loop."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            for suite in suites(module, function):
                yield from _commits_after_loop(module, function, suite, block.session)


@mutation("TB712", "TB717")
def commit_moved_into_loop_of_given_session(package: Package, module: Code) -> Found:
    """The same on a session that the function was given."""
    for function in package.users(module):
        for session in sorted(package.parameters(module, function)):
            for suite in suites(module, function):
                yield from _commits_after_loop(module, function, suite, session)


@mutation("TB717")
def flush_becomes_commit(package: Package, module: Code) -> Found:
    """A function that flushes the session that it was given commits it."""
    for function in package.users(module):
        if (
            function.decorator_list
            or "Depends(" in module.of(function)
            or "commit" in module.of(function)
            or "save" in function.name  # which says that it does
        ):
            continue
        for session in sorted(package.parameters(module, function)):
            if not _changes(module, function, session):
                continue  # it is a helper for what its callers have written
            for statement in own(module, function, ast.Expr):
                assert isinstance(statement, ast.Expr)
                call = statement_call(statement)
                if (
                    call is not None
                    and on_session(module, call, {session}, "flush")
                    and not call.args
                ):
                    yield (
                        statement,
                        function,
                        [module.replaced(statement, f"await {session}.commit()")],
                    )
                    break


@mutation("TB717")
def method_commits(package: Package, module: Code) -> Found:
    """A repository that flushes the session that it was given commits it."""
    for function in package.users(module):
        cls = module.class_of(function)
        if (
            cls is None
            or function.decorator_list
            or "commit" in module.of(function)
            or "__aexit__" in module.of(cls)
        ):
            continue
        for session in sorted(
            each for each in package.sessions(module, function) if each.startswith("self.")
        ):
            if not _changes(module, function, session):
                continue
            for statement in own(module, function, ast.Expr):
                assert isinstance(statement, ast.Expr)
                if on_session(module, statement_call(statement), {session}, "flush"):
                    yield (
                        statement,
                        function,
                        [module.replaced(statement, f"await {session}.commit()")],
                    )
                    break


@mutation("TB718")
def second_commit(package: Package, module: Code) -> Found:
    """A commit after the first of two writes that were committed together."""
    for function in package.users(module):
        own_sessions = {block.session for block in package.own_blocks(module, function)}
        if package.is_handler(module, function):
            own_sessions |= package.parameters(module, function)
        for session in sorted(own_sessions):
            if len(commits(module, function, session)) != 1:
                continue
            for suite in suites(module, function):
                plain = [each for each in suite if isinstance(each, ast.Expr | ast.Assign)]
                writing = [each for each in plain if writes(module, each, session)]
                last = [
                    each
                    for each in plain
                    if on_session(module, statement_call(each), {session}, "commit")
                ]
                if (
                    len(writing) > 1
                    and last
                    and suite.index(last[0]) > suite.index(writing[1])
                    and module.alone(writing[0])
                ):
                    yield (
                        writing[0],
                        function,
                        [module.after(writing[0], f"await {session}.commit()")],
                    )
                    break


def _changes(module: Code, function: ast.AsyncFunctionDef, session: str) -> bool:
    """It writes on the session, or sets what an object holds."""
    return any(
        writes(module, node, session)
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute))
        for node in own(module, function, ast.stmt)
        if isinstance(node, ast.stmt)
    )


def _commits_after_loop(
    module: Code, function: ast.AsyncFunctionDef, suite: list[ast.stmt], session: str
) -> Found:
    for number, loop in enumerate(suite):
        if (
            not isinstance(loop, ast.For)
            or leaves(loop.body)
            or "continue" in module.of(loop)
            or "commit" in module.of(loop)
        ):
            continue
        if (
            not any(writes(module, each, session) for each in loop.body)
            or "range(" in module.of(loop.iter)
            or "batch" in module.of(loop)
            or "chunk" in module.of(loop)
        ):
            continue
        for later in suite[number + 1 :]:
            if (
                isinstance(later, ast.Expr)
                and on_session(module, statement_call(later), {session}, "commit")
                and module.alone(loop.body[-1])
            ):
                yield (
                    loop,
                    function,
                    [
                        module.replaced(later, "pass"),
                        module.after(loop.body[-1], f"await {session}.commit()"),
                    ],
                )
                break


def _begin_blocks(
    package: Package, module: Code, function: ast.AsyncFunctionDef
) -> Iterator[tuple[ast.AsyncWith, ast.Call, str]]:
    """`async with factory.begin() as session:`."""
    for node in own(module, function, ast.AsyncWith):
        assert isinstance(node, ast.AsyncWith)
        call, name = node.items[0].context_expr, node.items[0].optional_vars
        if (
            len(node.items) == 1
            and isinstance(call, ast.Call)
            and isinstance(name, ast.Name)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "begin"
        ) and module.of(call.func.value).split(".")[-1] in package.factories:
            yield node, call, name.id

"""Engines, factories and sessions made wrongly, in the wrong place, or left open."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .code import Change
from .mutant import mutation
from .places import called, own, statement_call

if TYPE_CHECKING:
    from .code import Code
    from .mutant import Found
    from .package import Package

DRIVERS = (
    ("+asyncpg", "+psycopg2"),
    ("+aiosqlite", ""),
    ("+aiomysql", "+pymysql"),
    ("+asyncmy", "+mysqldb"),
)


@mutation("TB401")
def sync_driver(package: Package, module: Code) -> Found:
    """The URL of an async engine names a synchronous driver."""
    if "def create_async_engine" in module.text:  # its own, of that name
        return
    for call in called(module, module.tree, "create_async_engine"):
        url = (
            call.args[0]
            if call.args
            else next((each.value for each in call.keywords if each.arg == "url"), None)
        )
        if isinstance(url, ast.Name):
            bound = [
                each.value
                for each in ast.walk(module.tree)
                if isinstance(each, ast.Assign) and module.of(each.targets[0]) == url.id
            ]
            url = bound[0] if len(bound) == 1 else None
        text = module.of(url)
        for asynchronous, synchronous in DRIVERS:
            if isinstance(url, ast.Constant | ast.JoinedStr) and text.count(asynchronous) == 1:
                yield (
                    call,
                    module.function_of(call),
                    [module.replaced(url, text.replace(asynchronous, synchronous))],
                )


@mutation("TB401")
def async_driver_in_sync_engine(package: Package, module: Code) -> Found:
    """create_engine for create_async_engine, with the same literal URL."""
    if "def create_async_engine" in module.text:  # its own, of that name
        return
    for call in called(module, module.tree, "create_async_engine"):
        if (
            call.args
            and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
            and re.search(r"\+(asyncpg|aiosqlite|aiomysql|asyncmy)", module.of(call.args[0]))
        ) and module.of(call.func) == "create_async_engine":
            yield (
                call,
                module.function_of(call),
                [
                    module.replaced(call.func, "create_engine"),
                    module.importing("from sqlalchemy import create_engine"),
                ],
            )


@mutation("TB701")
def expire_on_commit_dropped(package: Package, module: Code) -> Found:
    """`expire_on_commit=False` is left out."""
    for call in called(module, module.tree, "async_sessionmaker", "sessionmaker", "AsyncSession"):
        is_async = module.of(call.func).split(".")[
            -1
        ] != "sessionmaker" or "AsyncSession" in module.of(call)
        if (
            not is_async
            or any(each.arg is None for each in call.keywords)
            or not call.args + call.keywords
        ):
            continue
        for keyword in call.keywords:
            if keyword.arg == "expire_on_commit" and module.of(keyword.value) == "False":
                rest = [
                    module.of(each) for each in (*call.args, *call.keywords) if each is not keyword
                ]
                yield (
                    call,
                    module.function_of(call),
                    [module.replaced(call, f"{module.of(call.func)}({', '.join(rest)})")],
                )


@mutation("TB703", "TB704")
def engine_made_per_call(package: Package, module: Code) -> Found:
    """The function makes its own engine and factory, of the name of the global ones."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            if (
                "." in block.factory
                or block.factory in {each.arg for each in function.args.args}
                or function.name in {"main", "run"}
                or module.function_of(function) is not None  # of a command: it runs once
                or _is_read_before(module, function, block.factory, block.node)
                or not module.alone(block.node)
            ):
                continue
            engine = 'create_async_engine("postgresql+asyncpg://app@localhost/app")'
            line = f"{block.factory} = async_sessionmaker({engine}, expire_on_commit=False)"
            module_import = module.importing(
                "from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine"
            )
            if len(package.own_blocks(module, function)) == 1:
                yield block.node, function, [module.before(block.node, line), module_import]


def _is_read_before(
    module: Code, function: ast.AsyncFunctionDef, name: str, block: ast.AsyncWith
) -> bool:
    """A name that the function assigns is its own from its first line on: to read it before would fail."""
    return any(
        isinstance(node, ast.Name) and node.id == name and node.lineno < block.lineno
        for node in own(module, function, ast.Name)
    )


@mutation("TB704")
def dispose_dropped(package: Package, module: Code) -> Found:
    """The package's only dispose() is dropped."""
    if package.disposals != 1 or not any(
        "create_async_engine(" in each.text for each in package.modules
    ):
        return
    for function in module.coroutines:
        for statement in own(module, function, ast.Expr):
            assert isinstance(statement, ast.Expr)
            call = statement_call(statement)
            if (
                call is not None
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "dispose"
            ):
                yield statement, None, [module.replaced(statement, "pass")]


@mutation("TB705")
def global_session(package: Package, module: Code) -> Found:
    """A module-level session of the module's factory, and a coroutine that uses it."""
    for statement in module.tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(
            statement.value, ast.Call
        ):
            continue
        target = module.of(
            statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
        )
        if target in package.factories and module.of(statement.value.func) == "async_sessionmaker":
            use = f"shared = {target}()\n\n\nasync def shared_one():\n    return await shared.connection()"
            yield statement, None, [module.at_end(use)]


@mutation("TB706")
def thread_scope(package: Package, module: Code) -> Found:
    """A scoped session by thread."""
    for call in called(module, module.tree, "async_scoped_session"):
        scope = (
            call.args[1]
            if len(call.args) > 1
            else next((each.value for each in call.keywords if each.arg == "scopefunc"), None)
        )
        if scope is not None and "current_task" in module.of(scope):
            yield (
                call,
                module.function_of(call),
                [
                    module.replaced(scope, "threading.get_ident"),
                    module.importing("import threading"),
                ],
            )


@mutation("TB706")
def registry_of_a_factory(package: Package, module: Code) -> Found:
    """A registry of the module's factory whose scope is the thread."""
    for statement in module.tree.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
            continue
        target = module.of(statement.targets[0])
        if target in package.factories and module.of(statement.value.func) == "async_sessionmaker":
            text = f"registry = async_scoped_session({target}, scopefunc=threading.get_ident)"
            yield (
                statement,
                None,
                [
                    module.at_end(text),
                    module.importing(
                        "import threading; from sqlalchemy.ext.asyncio import async_scoped_session"
                    ),
                ],
            )


@mutation("TB715")
def block_dropped(package: Package, module: Code) -> Found:
    """`async with factory() as session:` becomes `session = factory()`."""
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            opening = module.start(block.node)
            text = (
                module.text[opening : module.end(block.item.optional_vars)]
                if block.item.optional_vars
                else ""
            )
            if (
                "\n" in text
                or not module.alone(block.node)
                or f"{block.session}.close" in module.of(function)
                or "yield" in module.of(block.node)
                or f"{block.session}.begin(" in module.of(block.node)  # whose end gives it back
            ):
                continue
            indent = module.indent(block.node)
            yield (
                block.node,
                function,
                [
                    Change(
                        opening,
                        opening + len(text),
                        f"{block.session} = {block.factory}()\n{indent}if True",
                    )
                ],
            )


@mutation("TB715")
def async_for_over_dependency(package: Package, module: Code) -> Found:
    """A session taken out of a dependency by anext()."""
    generators = {
        each.name
        for each in module.coroutines
        if each.name in package.dependencies and "yield" in module.of(each) and not each.args.args
    }
    for function in package.users(module):
        for block in package.own_blocks(module, function):
            name = next((each for each in sorted(generators) if each != function.name), None)
            if name is None or not module.alone(block.node) or "yield" in module.of(block.node):
                continue
            opening = module.start(block.node)
            text = (
                module.text[opening : module.end(block.item.optional_vars)]
                if block.item.optional_vars
                else ""
            )
            yield (
                block.node,
                function,
                [
                    Change(
                        opening,
                        opening + len(text),
                        f"{block.session} = await anext({name}())\n{module.indent(block.node)}if True",
                    )
                ],
            )


@mutation("TB403")
def run_again_and_again(package: Package, module: Code) -> Found:
    """A loop of asyncio.run over a coroutine that uses a global factory of a global engine."""
    if "NullPool" in module.text or not re.search(
        r"^\w+\s*(:[^=\n]+)?= *create_async_engine\(", module.text, re.MULTILINE
    ):
        return
    for function in package.users(module):
        if (
            function not in module.tree.body
            or function.args.args
            or function.args.kwonlyargs
            or function.decorator_list
            or "yield" in module.of(function)
        ):
            continue
        if any(
            re.search(rf"^{block.factory}\s*(:[^=\n]+)?=", module.text, re.MULTILINE)
            for block in package.own_blocks(module, function)
        ):
            text = f"def run_for_ever():\n    while True:\n        asyncio.run({function.name}())"
            yield function, None, [module.at_end(text), module.importing("import asyncio")]


@mutation("TB403")
def run_by_a_queue(package: Package, module: Code) -> Found:
    """A Celery task that runs a coroutine of the module, which uses a global factory of another module."""
    for function in package.users(module):
        if (
            function not in module.tree.body
            or function.args.args
            or function.args.kwonlyargs
            or function.decorator_list
            or "yield" in module.of(function)
        ):
            continue
        for block in package.own_blocks(module, function):
            if _engine_is_global(package, block.factory):
                task = f"@shared_task\ndef run_by_queue():\n    asyncio.run({function.name}())"
                text = f"from celery import shared_task\n\n\n{task}"
                yield function, None, [module.at_end(text), module.importing("import asyncio")]


def _engine_is_global(package: Package, factory: str) -> bool:
    for module in package.modules:
        if re.search(
            rf"^{factory}\s*(:[^=\n]+)?= *async_sessionmaker\(", module.text, re.MULTILINE
        ):
            return (
                bool(
                    re.search(
                        r"^\w+\s*(:[^=\n]+)?= *create_async_engine\(", module.text, re.MULTILINE
                    )
                )
                and "NullPool" not in module.text
            )
    return False

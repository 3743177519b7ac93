"""Who calls a function from outside of the project, and how that takes a coroutine function."""

from __future__ import annotations

import ast
import enum
import tomllib
from typing import TYPE_CHECKING

from taskbound.migrate.fixtures import fixture_decorator, is_test
from taskbound.migrate.names import last_name
from taskbound.migrate.serialising import is_route
from taskbound.migrate.values import TheFunction, of_type
from taskbound.migrate.vocabulary import TAKES_COROUTINE_FUNCTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from taskbound.migrate.inference import Inference
    from taskbound.migrate.module import Class, Function, Module

_COMMANDS = frozenset({"callback", "command", "result_callback"})
_TASKS = frozenset({"actor", "job", "periodic_task", "shared_task", "task"})
_QUEUES = frozenset({"celery", "dramatiq", "huey", "rq"})
_CACHES = frozenset({"functools.lru_cache", "functools.cache", "functools.cached_property"})
_PROPERTIES = frozenset({"property", "cached_property", "hybrid_property", "setter", "validates"})
_UNIT_TESTS = frozenset(
    {"unittest.TestCase", "unittest.IsolatedAsyncioTestCase", "unittest.case.TestCase"}
)
_BLOCK_METHODS = {"__enter__": "__aenter__", "__exit__": "__aexit__"}


class Entry(enum.Enum):
    """What a function that waits becomes."""

    PLAIN = "plain"
    """A coroutine function, whose callers await it."""
    RUN = "run"
    """It stays a function, which runs its body with `asyncio.run`."""
    REFUSED = "refused"
    """It stays as it is, and is reported."""


class Entries:
    """What is known of the callers that no source shows."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._scripts = {
            tuple(script.rpartition(":")[::2])
            for folder in _roots(inference.project.modules)
            for script in _scripts(folder)
        }

    def of(self, function: Function) -> Entry:
        """What a function becomes that has to wait."""
        if self.refusal(function):
            return Entry.REFUSED
        return Entry.RUN if self.is_command(function) or self.is_task(function) else Entry.PLAIN

    def refusal(self, function: Function) -> str:
        """Why a function cannot become a coroutine function; empty where it can."""
        name = function.name
        decorators = [last_name(_bare(each)) for each in function.node.decorator_list]
        if any(each in _PROPERTIES for each in decorators):
            return f"`{name}` is read as an attribute, which cannot be awaited: make it a method"
        if (
            name.startswith("__")
            and name.endswith("__")
            and name
            not in {
                *_BLOCK_METHODS,
                "__call__",
            }
        ):
            return f"`{function.qualified}` is called by Python itself, which awaits nothing there"
        if self._is_of_listener(function):
            return f"`{name}` is called by SQLAlchemy, from inside a flush or a statement"
        return ""

    def is_command(self, function: Function) -> bool:
        """Whether a command line calls it: click, typer, or an entry point of pyproject.toml."""
        decorators = (_bare(each) for each in function.node.decorator_list)
        if any(last_name(each) in _COMMANDS for each in decorators):
            return True
        module = self._inference.project.module
        return any(
            name == function.qualified and module(dotted, function.module) is function.module
            for dotted, name in self._scripts
        )

    def is_task(self, function: Function) -> bool:
        """Whether a queue calls it, in a process that has no event loop."""
        decorators = (_bare(each) for each in function.node.decorator_list)
        return any(last_name(each) in _TASKS for each in decorators) and self._imports(
            function.module, _QUEUES
        )

    def is_flask(self, function: Function) -> bool:
        """Whether Flask calls it, which makes an event loop for each call."""
        routes = any(is_route(each) for each in function.node.decorator_list)
        return routes and self._imports(function.module, frozenset({"flask"}))

    def is_test(self, function: Function) -> bool:
        """Whether pytest calls it."""
        return is_test(function) and not self.is_unit_test(function.owner)

    def is_unit_test(self, of: Class | None) -> bool:
        """Whether a class is one of unittest's."""
        if of is None:
            return False
        names = self._inference.names
        bases = (each for base in names.bases(of) for each in base.node.bases)
        return any(names.outside(each, of.module) in _UNIT_TESTS for each in bases)

    def fixture(self, function: Function) -> ast.expr | None:
        """The decorator of a fixture."""
        return fixture_decorator(function, self._inference.names)

    def note(self, function: Function) -> str:
        """What has to be said of a function that has become a coroutine function; empty where nothing."""
        if self.is_flask(function):
            return (
                f"Flask runs `{function.name}` in an event loop of its own each time, which pooled "
                "connections do not survive: move to Quart, which has Flask's API, or to FastAPI"
            )
        if self.is_task(function):
            return (
                f"`{function.name}` runs in an event loop of its own each time, which pooled connections "
                "do not survive: make its engine with poolclass=NullPool, or inside of it"
            )
        return self._note_of_decorators(function)

    def _note_of_decorators(self, function: Function) -> str:
        for decorator in function.node.decorator_list:
            bare = _bare(decorator)
            outside = self._inference.names.outside(bare, function.module)
            if outside in _CACHES:
                return (
                    f"`{outside}` would keep a coroutine, which can be awaited once: keep the result of "
                    f"`{function.name}` in another way"
                )
            if self._calls_as_function(bare, function):
                return (
                    f"the decorator `{last_name(bare)}` uses what `{function.name}` returns, which is a "
                    "coroutine now: await it there"
                )
            if (
                outside
                and not outside.startswith(TAKES_COROUTINE_FUNCTIONS)
                and not any(
                    (self.is_command(function), self.is_task(function), is_route(decorator))
                )
            ):
                return (
                    f"`{function.name}` is a coroutine function now: see that `{outside}` takes one"
                )
        return ""

    def _calls_as_function(self, decorator: ast.expr, function: Function) -> bool:
        """Whether a decorator of the project does something with the result of what it decorates."""
        found = of_type(self._inference.names.of(decorator, function.module), TheFunction)
        for each in found:
            given = {parameter.arg for parameter in each.of.parameters}
            for node in ast.walk(each.of.node):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in given
                    and not isinstance(each.of.module.parent(node), ast.Return | ast.Await)
                ):
                    return True
        return False

    def _is_of_listener(self, function: Function) -> bool:
        outer: Function | None = function
        while outer is not None:
            if self._inference.is_listener(outer):
                return True
            outer = outer.enclosing
        return False

    def _imports(self, module: Module, roots: frozenset[str]) -> bool:
        seen = {
            each.module.split(".")[0] for each in self._inference.names.imports(module).values()
        }
        return not roots.isdisjoint(seen)


def block_method(name: str) -> str:
    """What a method of a context manager is called in an asynchronous one; the same for all others."""
    return _BLOCK_METHODS.get(name, name)


def _bare(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _roots(modules: list[Module]) -> set[Path]:
    """The folders above the modules that have a pyproject.toml."""
    folders = {folder for module in modules for folder in module.path.resolve().parents}
    return {folder for folder in folders if (folder / "pyproject.toml").is_file()}


def _scripts(folder: Path) -> list[str]:
    try:
        declared = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return []
    project = declared.get("project", {})
    return [*project.get("scripts", {}).values(), *project.get("gui-scripts", {}).values()]

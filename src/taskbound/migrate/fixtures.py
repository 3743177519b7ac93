"""pytest's fixtures, which tests ask for by the name of a parameter."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskbound.migrate.module import Function, Module
    from taskbound.migrate.names import Names
    from taskbound.migrate.project import Project

_FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture"})


class Fixtures:
    """The fixtures of a project, and which of them a test means."""

    def __init__(self, project: Project, names: Names) -> None:
        self._names = names
        self._by_name: dict[str, list[Function]] = defaultdict(list)
        for module in project.modules:
            for function in module.functions.values():
                decorator = fixture_decorator(function, names)
                if decorator is not None:
                    self._by_name[_called(decorator) or function.name].append(function)

    def named(self, name: str, user: Function) -> Function | None:
        """The fixture that a test, or another fixture, gets for a parameter; None where it gets none."""
        if not is_test(user) and fixture_decorator(user, self._names) is None:
            return None
        seen = [each for each in self._by_name.get(name, ()) if _is_seen(each, user)]
        return max(seen, key=lambda each: len(each.module.path.parts), default=None)


def fixture_decorator(function: Function, names: Names) -> ast.expr | None:
    """The decorator that makes a function a fixture; None where there is none."""
    decorators = function.node.decorator_list
    found = (each for each in decorators if names.called(each, function.module) in _FIXTURES)
    return next(found, None)


def is_test(function: Function) -> bool:
    """Whether pytest or unittest calls a function by its name."""
    return function.name.startswith("test") and _is_of_tests(function.module)


def _is_of_tests(module: Module) -> bool:
    name = module.path.name
    return name.startswith("test_") or name.endswith("_test.py") or name in {"tests.py", "test.py"}


def _is_seen(fixture: Function, user: Function) -> bool:
    """Whether a fixture is the user's own, or one of a conftest.py beside or above it."""
    if fixture is user:
        return False
    if fixture.module is user.module:
        return True
    return fixture.module.path.name == "conftest.py" and user.module.path.is_relative_to(
        fixture.module.path.parent
    )


def _called(decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Call):
        for keyword in decorator.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return ""

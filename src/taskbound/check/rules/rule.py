"""What a rule is, and how the rules are found."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from taskbound.check.finding import Confidence, Finding, Fix, Step

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

    from taskbound.check.index.facts import ModuleFacts
    from taskbound.check.source import Source
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

# The decorators of handlers of requests.
ROUTES = frozenset(("get", "post", "put", "patch", "delete", "route", "api_route", "websocket"))


class Rule:
    """One law that source can break. `code` has a page, `name` is a folder of examples, `summary` one line
    for people.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    confidence: ClassVar[Confidence]
    summary: ClassVar[str]

    def check(self, trace: Trace, program: Program) -> Iterable[Finding]:
        """Findings in one function (or in a module's own statements)."""
        return ()

    def check_module(self, module: ModuleFacts, program: Program) -> Iterable[Finding]:
        """Findings that need no function: classes, mappings."""
        return ()

    def check_project(self, program: Program) -> Iterable[Finding]:
        """Findings that need the whole project: an engine that nobody disposes."""
        return ()

    def finding(
        self,
        source: Source,
        node: ast.AST,
        message: str,
        *,
        flow: Iterable[Step] = (),
        confidence: Confidence | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding at a node. The message gets the code and its page."""
        line = getattr(node, "lineno", 1)
        return Finding(
            self.code,
            source.path,
            line,
            source.column(node),
            getattr(node, "end_lineno", None) or line,
            f"{message} ({self.code}, docs/errors/{self.code}.md)",
            confidence or self.confidence,
            tuple(flow),
            fix,
        )


def is_test(path: str) -> bool:
    """Is it a test's file, where clients talk to the application in the same process?"""
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"


@cache
def all_rules() -> tuple[type[Rule], ...]:
    """Every rule of this package, in the order of code and name."""
    from taskbound.check import rules  # rules import this module

    for module in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"{rules.__name__}.{module.name}")
    return tuple(sorted(_derived(Rule), key=lambda rule: (rule.code, rule.name)))


def _derived(cls: type[Rule]) -> Iterator[type[Rule]]:
    for derived in cls.__subclasses__():
        if "code" in derived.__dict__:
            yield derived
        yield from _derived(derived)

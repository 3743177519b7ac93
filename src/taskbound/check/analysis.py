"""All rules over one project or group of files; in `analyse` one that fails takes nothing from the others."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from taskbound.check.index.project import File, Project
from taskbound.check.rules.rule import Rule, all_rules
from taskbound.check.summary.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.imports import Member
    from taskbound.check.index.facts import ModuleFacts
    from taskbound.check.source import Unreadable
    from taskbound.check.trace.trace import Trace


_DEEPEST = 8_000  # frames


@contextmanager
def at_full_speed() -> Iterator[None]:
    """No collector: trees are millions of objects that live until the end, and it would look at them again
    and again. And room for functions that are lowered while their callers are.
    """
    enabled, limit = gc.isenabled(), sys.getrecursionlimit()
    gc.disable()
    sys.setrecursionlimit(max(limit, _DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if enabled:
            gc.enable()


def run(program: Program, rules: list[Rule]) -> Iterator[Finding]:
    """Every finding of these rules."""
    for module in program.project.relevant():
        yield from _of_module(module, program, rules)
    for rule in rules:
        yield from rule.check_project(program)


def _of_module(module: ModuleFacts, program: Program, rules: list[Rule]) -> Iterator[Finding]:
    for rule in rules:
        yield from rule.check_module(module, program)
    for trace in program.traces_of(module.body, *module.functions):
        for rule in rules:
            yield from rule.check(trace, program)


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that failed, which is a bug of the checker. path: empty where it is about all files."""

    code: str
    path: str
    reason: str


@dataclass(slots=True)
class Analysed:
    """The findings of a group of files, the files that could not be parsed, and the rules that failed."""

    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def analyse(group: Iterable[Member], tick: Callable[[int], Any] = int) -> Analysed:
    """What all rules find in files that hang together. tick: is told how many of them are done."""
    files = [File(one.path, one.module, one.content, relevant=one.relevant) for one in group]
    project, analysed = Project(files), Analysed()
    rules: list[Rule] = [_Guarded(rule(), analysed.faults) for rule in all_rules()]
    try:
        found = set(run(Program(project), [_Counting(tick), *rules]))
        analysed.findings = sorted(found, key=lambda finding: finding.order)
    except Exception as error:  # noqa: BLE001 - told as a fault
        analysed.faults.append(_fault("", "", error))
    analysed.unreadable = list(project.unreadable)
    return analysed


class _Counting(Rule):
    """Finds nothing, and counts the modules."""

    def __init__(self, tick: Callable[[int], Any]) -> None:
        self._tick = tick
        self._seen = 0

    def check_module(self, module: ModuleFacts, program: Program) -> Iterable[Finding]:
        self._tick(self._seen)
        self._seen += 1
        return ()


class _Guarded(Rule):
    """A rule whose failures are noted."""

    def __init__(self, rule: Rule, faults: list[Fault]) -> None:
        self._rule = rule
        self._faults = faults

    def check(self, trace: Trace, program: Program) -> Iterable[Finding]:
        return self._noted(lambda: self._rule.check(trace, program), trace.source.path)

    def check_module(self, module: ModuleFacts, program: Program) -> Iterable[Finding]:
        return self._noted(lambda: self._rule.check_module(module, program), module.source.path)

    def check_project(self, program: Program) -> Iterable[Finding]:
        return self._noted(lambda: self._rule.check_project(program), "")

    def _noted(self, look: Callable[[], Iterable[Finding]], path: str) -> Iterator[Finding]:
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001 - told as a fault
            self._faults.append(_fault(self._rule.code, path, error))


def _fault(code: str, path: str, error: Exception) -> Fault:
    return Fault(code, path, f"{type(error).__name__}: {error}")

"""One run: files in, findings out."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from taskbound.check.discovery import discover, module_name, shown
from taskbound.check.index.project import File, Project
from taskbound.check.relevance import is_part, is_subject
from taskbound.check.rules.rule import all_rules
from taskbound.check.source import Unreadable, read
from taskbound.check.summary.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import ModuleFacts
    from taskbound.check.rules.rule import Rule


_DEEPEST = 8_000  # frames


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found. `files` is how many files were looked at, `unreadable` those that are no Python."""

    findings: tuple[Finding, ...]
    files: int = 0
    unreadable: tuple[Unreadable, ...] = field(default=())


def check(
    paths: Iterable[str | Path],
    *,
    exclude: Iterable[str] = (),
    rules: Iterable[type[Rule]] | None = None,
) -> Outcome:
    """Check files and folders with all rules, or with those that are given. Findings are sorted by place."""
    with at_full_speed():
        project, count = load([Path(path) for path in paths], exclude=exclude)
        made = [rule() for rule in (all_rules() if rules is None else rules)]
        findings = set(run(Program(project), made))
    ordered = sorted(findings, key=lambda finding: finding.order)
    return Outcome(tuple(ordered), count, tuple(project.unreadable))


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


def load(paths: Iterable[Path], *, exclude: Iterable[str] = ()) -> tuple[Project, int]:
    """The project of these paths, with how many files it has. Where none names SQLAlchemy, none is parsed."""
    files: list[File] = []
    contents: list[tuple[Path, Path, bytes]] = []
    for root in paths:
        folder = root if root.is_dir() else root.parent
        for path in discover([root], exclude):
            content = read(path)
            if content is not None:
                contents.append((path, folder, content))
    subject = {path for path, _, content in contents if is_subject(content)}
    for path, folder, content in contents if subject else ():
        relevant = path in subject or is_part(content)
        files.append(File(shown(path), module_name(path, folder), content, relevant=relevant))
    return Project(files), len(contents)


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

"""`check(paths)`: one look by all rules, without settings, comments that ignore and a cache.

What people call is `Checker`, in `checker`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from taskbound.check.analysis import at_full_speed, run
from taskbound.check.discovery import Modules, discover, shown
from taskbound.check.index.project import File, Project
from taskbound.check.relevance import is_part, is_subject
from taskbound.check.rules.rule import all_rules
from taskbound.check.source import Unreadable, read
from taskbound.check.summary.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taskbound.check.finding import Finding
    from taskbound.check.rules.rule import Rule


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


def load(paths: Iterable[Path], *, exclude: Iterable[str] = ()) -> tuple[Project, int]:
    """The project of these paths, with how many files it has. Where none names SQLAlchemy, none is parsed."""
    files: list[File] = []
    contents: list[tuple[Path, str, bytes]] = []
    for root in paths:
        modules = Modules(root if root.is_dir() else root.parent)
        for path in discover([root], exclude):
            content = read(path)
            if content is not None:
                contents.append((path, modules.name(path), content))
    subject = {path for path, _, content in contents if is_subject(content)}
    for path, module, content in contents if subject else ():
        relevant = path in subject or is_part(content)
        files.append(File(shown(path), module, content, relevant=relevant))
    return Project(files), len(contents)

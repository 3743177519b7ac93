"""The checker over a package before and after."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskbound.check import check

from .package import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from taskbound.check.finding import Finding

    from .mutant import Mutant
    from .package import Package

SHOWN = frozenset({"high", "medium"})


@dataclass(frozen=True, slots=True)
class Verdict:
    mutant: Mutant
    found: bool
    other: tuple[str, ...]  # new findings in the changed function, of whatever code and confidence


def tried(package: Package, mutants: list[Mutant], folder: Path) -> Iterator[Verdict]:
    """Every mutant of a package, each file of a round changed in one place at most."""
    copy = folder / package.name
    _copy(package.root, copy)
    before = _by_path(copy)
    for round_ in _rounds(mutants):
        for mutant in round_:
            _path(copy, package, mutant).write_text(mutant.text, encoding="utf-8")
        after = _by_path(copy)
        for mutant in round_:
            path = _path(copy, package, mutant)
            yield _verdict(mutant, before[path], after[path])
            path.write_text(mutant.module.text, encoding="utf-8")
    shutil.rmtree(copy)


def _verdict(mutant: Mutant, before: list[Finding], after: list[Finding]) -> Verdict:
    old = [each for each in before if mutant.first <= each.line <= mutant.last]
    new = [each for each in after if mutant.first <= each.line <= mutant.last + mutant.added]
    shown = [each.code for each in new if each.confidence in SHOWN]
    known = [each.code for each in old if each.confidence in SHOWN]
    found = any(shown.count(code) > known.count(code) for code in mutant.codes)
    codes = [f"{each.code} {each.confidence}" for each in new]
    gone = [f"{each.code} {each.confidence}" for each in old]
    return Verdict(mutant, found, tuple(sorted({each for each in codes if codes.count(each) > gone.count(each)})))


def _rounds(mutants: list[Mutant]) -> Iterator[list[Mutant]]:
    waiting = list(mutants)
    while waiting:
        taken: dict[Path, Mutant] = {}
        for mutant in waiting:
            taken.setdefault(mutant.module.path, mutant)
        yield list(taken.values())
        waiting = [each for each in waiting if taken[each.module.path] is not each]


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*.py"):
        relative = path.relative_to(source)
        if not OUTSIDE.search(relative.as_posix()):
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / relative)


def _path(copy: Path, package: Package, mutant: Mutant) -> Path:
    return copy / mutant.module.path.relative_to(package.root)


def _by_path(folder: Path) -> dict[Path, list[Finding]]:
    found: dict[Path, list[Finding]] = defaultdict(list)
    for finding in check([folder]).findings:
        found[folder.cwd() / finding.path].append(finding)
    return found

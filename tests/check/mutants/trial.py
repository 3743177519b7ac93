"""The checker over a package before and after."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from taskbound.check.analysis import at_full_speed
from taskbound.check.once import load
from taskbound.check.rules.rule import all_rules
from taskbound.check.summary.program import Program

from .code import changed
from .package import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.rules.rule import Rule

    from .mutant import Mutant
    from .package import Package

WIDE = frozenset({"TB701", "TB703", "TB704", "TB709", "TB710"})
SHOWN = frozenset({"high", "medium"})


@dataclass(frozen=True, slots=True)
class Verdict:
    mutant: Mutant
    found: bool
    other: tuple[str, ...]  # new findings in the changed function, of whatever code and confidence


def tried(package: Package, mutants: list[Mutant], folder: Path) -> Iterator[Verdict]:
    """Every mutant of a package. What is changed in one round stands in functions apart from each other."""
    copy = folder / package.name
    _copy(package.root, copy)
    before = _findings(copy, package, mutants)
    for round_ in _rounds(mutants):
        by_path: dict[Path, list[Mutant]] = defaultdict(list)
        for mutant in round_:
            by_path[_path(copy, package, mutant)].append(mutant)
        for path, together in by_path.items():
            changes = tuple({change for mutant in together for change in mutant.changes})
            path.write_text(changed(together[0].module.text, changes), encoding="utf-8")
        after = _findings(copy, package, round_)
        for path, together in by_path.items():
            for mutant in together:
                yield _verdict(mutant, together, before[path], after[path])
            path.write_text(together[0].module.text, encoding="utf-8")
    shutil.rmtree(copy)


def _verdict(
    mutant: Mutant, together: list[Mutant], before: list[Finding], after: list[Finding]
) -> Verdict:
    moved = sum(each.added for each in together if each.last < mutant.first)
    last = mutant.last + moved + mutant.added
    old = [each for each in before if mutant.first <= each.line <= mutant.last]
    new = [each for each in after if mutant.first + moved <= each.line <= last]
    shown = [each.code for each in new if each.confidence in SHOWN]
    known = [each.code for each in old if each.confidence in SHOWN]
    found = any(shown.count(code) > known.count(code) for code in mutant.codes)
    codes = [f"{each.code} {each.confidence}" for each in new]
    gone = [f"{each.code} {each.confidence}" for each in old]
    return Verdict(
        mutant,
        found,
        tuple(sorted({each for each in codes if codes.count(each) > gone.count(each)})),
    )


def _rounds(mutants: list[Mutant]) -> Iterator[list[Mutant]]:
    waiting = list(mutants)
    while waiting:
        taken: list[Mutant] = []
        for mutant in waiting:
            if all(_apart(mutant, each) for each in taken):
                taken.append(mutant)
        yield taken
        waiting = [each for each in waiting if each not in taken]


def _apart(one: Mutant, other: Mutant) -> bool:
    """They are in two files, or in two functions of one, none in the other. What changes the mapping or the
    engine changes what is found elsewhere too: it has a round of its own kind.
    """
    if (one.code if one.code in WIDE else "") != (other.code if other.code in WIDE else ""):
        return False
    return one.module.path != other.module.path or one.last < other.first or other.last < one.first


def _findings(copy: Path, package: Package, mutants: list[Mutant]) -> dict[Path, list[Finding]]:
    """What the rules of these mutants say of the changed modules, with all of the package as the project."""
    codes: dict[str, set[str]] = defaultdict(set)
    for mutant in mutants:
        codes[_path(copy, package, mutant).as_posix()] |= mutant.codes
    found: dict[Path, list[Finding]] = defaultdict(list)
    with at_full_speed():
        project, _ = load([copy])
        program = Program(project)
        rules = [rule() for rule in all_rules()]
        for finding in _of_modules(program, rules, codes):
            if finding not in found[Path(finding.path)]:
                found[Path(finding.path)].append(finding)
    return found


def _of_modules(
    program: Program, rules: list[Rule], codes: dict[str, set[str]]
) -> Iterator[Finding]:
    asked = {code for of_path in codes.values() for code in of_path}
    for module in program.project.relevant():
        for rule in rules:
            if rule.code in asked:  # a mixin is told of in the module of the class that has it
                yield from rule.check_module(module, program)
        wanted = [rule for rule in rules if rule.code in codes.get(module.source.path, ())]
        for trace in program.traces_of(module.body, *module.functions) if wanted else ():
            for rule in wanted:
                yield from rule.check(trace, program)
    for rule in rules:
        if any(rule.code in each for each in codes.values()):
            yield from rule.check_project(program)


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*.py"):
        relative = path.relative_to(source)
        if not OUTSIDE.search(relative.as_posix()):
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / relative)


def _path(copy: Path, package: Package, mutant: Mutant) -> Path:
    return copy / mutant.module.path.relative_to(package.root)

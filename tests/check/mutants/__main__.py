"""The command line of the mutants."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from taskbound.check.analysis import at_full_speed

from .drawing import drawn
from .package import Package
from .trial import Verdict, tried

if TYPE_CHECKING:
    from .mutant import Mutant

LARGEST = 1300  # files of a package: each is checked several times


def main() -> int:
    options = _options()
    packages = [
        Package(folder)
        for folder in sorted(options.corpus.iterdir())
        if _is_wanted(folder, options.packages)
    ]
    mutants: dict[Package, list[Mutant]] = defaultdict(list)
    with at_full_speed():
        chosen = list(drawn(packages, each=options.each, seed=options.seed, only=options.only))
    gc.freeze()  # the trees of all packages live to the end
    for mutant in chosen:
        package = next(each for each in packages if mutant.module.path.is_relative_to(each.root))
        mutants[package].append(mutant)
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory() as folder:
        for package, of_package in mutants.items():
            sys.stderr.write(f"{package.name}: {len(of_package)} mutants\n")
            verdicts += tried(package, of_package, Path(folder).resolve())
    sys.stdout.write(table(verdicts))
    if options.report is not None:
        options.report.write_text(missed(verdicts), encoding="utf-8")
    return 0


def table(verdicts: list[Verdict]) -> str:
    """A line a rule: mutants, found, rate."""
    all_ = Counter(each.mutant.code for each in verdicts)
    found = Counter(each.mutant.code for each in verdicts if each.found)
    lines = [
        f"{code}  {all_[code]:4}  {found[code]:4}  {found[code] / all_[code]:7.0%}"
        for code in sorted(all_)
    ]
    total = (
        f"all    {len(verdicts):4}  {found.total():4}  {found.total() / max(1, len(verdicts)):7.0%}"
    )
    return "\n".join(["code   made  found    rate", *lines, total, ""])


def missed(verdicts: list[Verdict]) -> str:
    """Every mutant that was not found, with its change."""
    parts = ["# Mutants that were not found\n"]
    for verdict in sorted(verdicts, key=lambda each: (each.mutant.code, each.mutant.key)):
        if not verdict.found:
            mutant = verdict.mutant
            parts.append(f"\n## {mutant.code} {mutant.name}: {mutant.module.path}:{mutant.line}\n")
            parts.append(
                f"\nnew: {', '.join(verdict.other) or 'nothing'}\n\n```diff\n{_diff(mutant)}```\n"
            )
    return "".join(parts)


def _diff(mutant: Mutant) -> str:
    import difflib

    lines = difflib.unified_diff(
        mutant.module.text.splitlines(keepends=True), mutant.text.splitlines(keepends=True), n=6
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in list(lines)[2:])


def _is_wanted(folder: Path, named: list[str]) -> bool:
    if named:
        return folder.name in named
    return folder.is_dir() and sum(1 for _ in folder.rglob("*.py")) <= LARGEST


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m tests.check.mutants",
        description="Recall of `taskbound check` on mutants of real code.",
    )
    parser.add_argument(
        "corpus", type=Path, help="a folder with a package's source in each of its folders"
    )
    parser.add_argument("--each", type=int, default=14, help="mutants for each rule")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[], help="codes, else all")
    parser.add_argument("--packages", nargs="*", default=[], help="folders of the corpus")
    parser.add_argument("--report", type=Path, help="where to write what was missed")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())

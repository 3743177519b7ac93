"""Which mutants are made: the same for the same seed, spread over ways and packages."""

from __future__ import annotations

import ast
import random
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING

from . import awaits, concurrency, engines, reads, statements, transactions
from .mutant import MUTATIONS, Mutant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .package import Package

FAMILIES = (awaits, concurrency, engines, reads, statements, transactions)
KEPT = 30


def drawn(packages: Iterable[Package], *, each: int, seed: int, only: list[str]) -> list[Mutant]:
    """Up to `each` mutants of every code."""
    found: dict[str, dict[tuple[str, str], list[Mutant]]] = defaultdict(lambda: defaultdict(list))
    for package in packages:
        for mutation in MUTATIONS:
            if not only or mutation.code in only:
                places = [
                    mutant
                    for module in package.modules
                    for mutant in mutation.mutants(package, module)
                ]
                random.Random(f"{seed} {package.name} {mutation.name}").shuffle(places)
                found[mutation.code][mutation.name, package.name] = places[:KEPT]
    return [
        mutant for code in sorted(found) for mutant in _spread(found[code], each, f"{seed} {code}")
    ]


def _spread(places: dict[tuple[str, str], list[Mutant]], each: int, seed: str) -> Iterator[Mutant]:
    """One of each way and package in turn."""
    groups = [list(group) for _, group in sorted(places.items()) if group]
    random.Random(seed).shuffle(groups)
    given = 0
    while groups and given < each:
        for group in list(groups):
            mutant = group.pop()
            if not group:
                groups.remove(group)
            if given < each and _parses(mutant):
                given += 1
                yield mutant


def _parses(mutant: Mutant) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(mutant.text)
    except SyntaxError:
        return False
    return True

"""A place where one defect is put in, and what finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .code import Change, Code, changed

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator

    from .package import Package

    Found = Iterator[tuple[ast.AST, ast.AST | None, list[Change | None]]]
    Finder = Callable[[Package, Code], Found]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`also`: codes that tell the same defect. `first`, `last`: the lines of the function, before."""

    code: str
    name: str
    module: Code
    changes: tuple[Change, ...]
    first: int
    last: int
    line: int
    also: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        return frozenset((self.code, *self.also))

    @property
    def text(self) -> str:
        return changed(self.module.text, self.changes)

    @property
    def added(self) -> int:
        """How many lines longer the module is."""
        return self.text.count("\n") - self.module.text.count("\n")

    @property
    def key(self) -> str:
        return f"{self.name} {self.module.path} {self.line}"


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to break one law, over every place of a package where it can be done."""

    code: str
    name: str
    find: Finder
    also: tuple[str, ...] = ()

    def mutants(self, package: Package, module: Code) -> Iterator[Mutant]:
        for node, scope, changes in self.find(package, module):
            if any(change is None for change in changes):
                continue
            first = getattr(scope, "lineno", 1)
            last = getattr(scope, "end_lineno", len(module.lines))
            line = getattr(node, "lineno", 1)
            made = tuple(change for change in changes if change is not None)
            yield Mutant(self.code, self.name, module, made, first, last, line, self.also)


MUTATIONS: list[Mutation] = []


def mutation(code: str, *also: str) -> Callable[[Finder], Finder]:
    """Registers a function that yields (node, scope, changes) as a mutation of a rule."""

    def register(find: Finder) -> Finder:
        MUTATIONS.append(Mutation(code, find.__name__, find, also))
        return find

    return register

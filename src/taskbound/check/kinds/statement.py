"""Statements and loader options, as they are being built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.check.kinds.kind import Kind

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from taskbound.check.index.facts import ClassFacts
    from taskbound.check.source import Source


class MappedAttribute(Kind):
    """`User.posts`: the attribute on the class. `via` is the class it was taken from."""

    __slots__ = ("cls", "name")
    SHOWN = ("cls", "name")

    def __init__(self, cls: ClassFacts, name: str) -> None:
        self.cls: ClassFacts = cls
        self.name: str = name


class Option(Kind):
    """A loader option. `paths` are what it loads: `(("posts",), ("posts", "tags"))`, each with its strategy
    in `strategies`.

    A name None stands for what could not be read (a string, a variable, `*`).
    """

    __slots__ = ("cls", "paths", "strategies")
    SHOWN = ("strategies", "paths")

    def __init__(
        self,
        strategies: tuple[str, ...],
        paths: tuple[tuple[str | None, ...], ...],
        cls: ClassFacts | None,
    ) -> None:
        self.strategies: tuple[str, ...] = strategies
        self.paths: tuple[tuple[str | None, ...], ...] = paths
        self.cls: ClassFacts | None = cls


class Statement(Kind):
    """A statement that is being built. `verb`: select, insert, update, delete, text, or values like
    "union".

    `entities`: what it selects or changes (ClassRef, MappedAttribute, UNKNOWN); `options`: its loader
    options; `clauses`: the names of the methods called on it, with their calls (`("where", call)`);
    `complete` False: something could not be read.
    """

    __slots__ = ("clauses", "complete", "entities", "node", "options", "source", "text", "verb")
    SHOWN = ("verb", "entities", "options")

    def __init__(
        self,
        verb: str,
        entities: tuple[Kind, ...],
        node: ast.AST,
        source: Source,
        *,
        options: tuple[Option, ...] = (),
        clauses: tuple[tuple[str, Any], ...] = (),
        complete: bool = True,
        text: Kind | None = None,
    ) -> None:
        self.verb: str = verb
        self.entities: tuple[Kind, ...] = entities
        self.node: ast.AST = node
        self.source: Source = source
        self.options: tuple[Option, ...] = options
        self.clauses: tuple[tuple[str, Any], ...] = clauses
        self.complete: bool = complete
        self.text: Kind | None = text

    def has(self, *names: str) -> bool:
        """Was one of these methods called while it was built?"""
        return any(name in names for name, _ in self.clauses)

    def clause(self, name: str) -> Iterator[Any]:
        """The calls (trace.events.Call) of one method while it was built."""
        return (call for called, call in self.clauses if called == name)

    def extended(
        self, name: str, call: Any, *, options: tuple[Option, ...] = (), complete: bool = True
    ) -> Statement:
        """The statement after one more method."""
        return Statement(
            self.verb, self.entities, self.node, self.source, options=self.options + options,
            clauses=(*self.clauses, (name, call)), complete=self.complete and complete, text=self.text,
        )  # fmt: skip

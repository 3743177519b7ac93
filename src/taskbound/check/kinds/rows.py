"""What a statement gives: results, rows, entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds.kind import Kind

if TYPE_CHECKING:
    import ast

    from taskbound.check.index.facts import ClassFacts
    from taskbound.check.kinds.session import Session
    from taskbound.check.kinds.statement import Option, Statement


class Result(Kind):
    """What execute() returns. `of` is the kind of one row; `statement` and `session` where it came from."""

    __slots__ = ("of", "scalars", "session", "statement", "streamed", "unique")
    SHOWN = ("of", "scalars", "unique")

    def __init__(
        self,
        of: Kind,
        *,
        statement: Statement | None,
        session: Session | None,
        scalars: bool = False,
        unique: bool = False,
        streamed: bool = False,
    ) -> None:
        self.of: Kind = of
        self.statement: Statement | None = statement
        self.session: Session | None = session
        self.scalars: bool = scalars
        self.unique: bool = unique
        self.streamed: bool = streamed


class Rows(Kind):
    """Many of one kind that came from the database: `.all()`, a loaded collection, `list[User]`."""

    __slots__ = ("of", "session", "statement")
    SHOWN = ("of",)

    def __init__(
        self, of: Kind, *, statement: Statement | None = None, session: Session | None = None
    ) -> None:
        self.of: Kind = of
        self.statement: Statement | None = statement
        self.session: Session | None = session


class Row(Kind):
    """One row with several columns."""

    __slots__ = ("of",)
    SHOWN = ("of",)

    def __init__(self, of: tuple[Kind, ...]) -> None:
        self.of: tuple[Kind, ...] = of


class Entity(Kind):
    """An object of a mapped class. `statement` is what read it, `made` the node of its constructor, both
    None where it came in as a parameter; `via` the relationships walked from the statement's own entity:
    `("posts",)`.
    """

    __slots__ = ("cls", "made", "optional", "options", "session", "statement", "via")
    SHOWN = ("cls", "via")

    def __init__(
        self,
        cls: ClassFacts,
        *,
        statement: Statement | None = None,
        session: Session | None = None,
        made: ast.AST | None = None,
        options: tuple[Option, ...] | None = None,
        via: tuple[str, ...] = (),
    ) -> None:
        self.cls: ClassFacts = cls
        self.statement: Statement | None = statement
        self.session: Session | None = session
        self.made: ast.AST | None = made
        # Of `session.get(..., options=[...])`; None: nothing is known of how it was loaded.
        self.options: tuple[Option, ...] | None = options
        self.via: tuple[str, ...] = via


class AwaitableAttrs(Kind):
    """`user.awaitable_attrs`, of AsyncAttrs."""

    __slots__ = ("entity",)
    SHOWN = ("entity",)

    def __init__(self, entity: Entity) -> None:
        self.entity: Entity = entity

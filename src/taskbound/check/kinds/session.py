"""Engines, factories, sessions, and what `with` makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds.kind import Kind

if TYPE_CHECKING:
    import ast

    from taskbound.check.index.facts import ClassFacts, FunctionFacts
    from taskbound.check.source import Source


class Engine(Kind):
    """An engine. `url` is what it was made with, as text, where that is a literal."""

    __slots__ = ("asynchronous", "node", "owner", "path", "source", "url")
    SHOWN = ("asynchronous", "url")

    def __init__(
        self,
        *,
        asynchronous: bool,
        node: ast.AST,
        source: Source,
        url: str | None = None,
        path: tuple[str, ...] | None = None,
        owner: object = None,
    ) -> None:
        self.asynchronous: bool = asynchronous
        self.node: ast.AST = node
        self.source: Source = source
        self.url: str | None = url
        self.path: tuple[str, ...] | None = path
        self.owner: object = owner


class SessionFactory(Kind):
    """`async_sessionmaker(...)` and its like. `expiring` None: not known (a config object, a parameter).

    `callable`: it is annotated as a function that gives a session, so that what the end of its block does is
    not known.
    """

    __slots__ = (
        "asynchronous", "callable", "engine", "expiring", "node", "owner", "path", "scoped", "source",
    )  # fmt: skip
    SHOWN = ("asynchronous", "expiring", "path")

    def __init__(
        self,
        *,
        asynchronous: bool,
        expiring: bool | None,
        node: ast.AST,
        source: Source,
        scoped: bool = False,
        engine: Kind | None = None,
        path: tuple[str, ...] | None = None,
        owner: object = None,
        callable: bool = False,  # noqa: A002 - the word of its annotation
    ) -> None:
        self.asynchronous: bool = asynchronous
        self.callable: bool = callable
        self.expiring: bool | None = expiring
        self.node: ast.AST = node
        self.source: Source = source
        self.scoped: bool = scoped
        self.engine: Kind | None = engine
        self.path: tuple[str, ...] | None = path
        self.owner: object = owner


class Session(Kind):
    """A session, or a connection (`connection` True): the unit that one task may use at a time.

    `how`: "opened" by a call here, "parameter", "attribute" of self, "global", "yielded" by a provider,
    "either" one that was given or one that was opened.
    `path` and `owner`: where a caller finds it, `("db",)` or `("self", "repo", "session")`, in which
    function or class; both None for one that is opened here. `expiring`: does a commit expire its entities?
    None where that is not known. `bind`: what `AsyncSession(engine)` was given; None where a factory made it
    or where it is only annotated. `mixed`: it is annotated as `Session | AsyncSession`.
    """

    __slots__ = (
        "asynchronous", "bind", "connection", "expiring", "factory", "how", "mixed", "name", "node", "owner",
        "path", "provider",
        "scoped", "source",
    )  # fmt: skip
    SHOWN = ("name", "how", "path", "expiring")

    def __init__(
        self,
        *,
        how: str,
        node: ast.AST,
        source: Source,
        asynchronous: bool = True,
        connection: bool = False,
        expiring: bool | None = None,
        scoped: bool = False,
        name: str = "session",
        path: tuple[str, ...] | None = None,
        owner: object = None,
        factory: Kind | None = None,
        provider: FunctionFacts | None = None,
        bind: Kind | None = None,
    ) -> None:
        self.how: str = how
        self.node: ast.AST = node
        self.source: Source = source
        self.asynchronous: bool = asynchronous
        self.connection: bool = connection
        self.expiring: bool | None = expiring
        self.scoped: bool = scoped
        self.name: str = name
        self.path: tuple[str, ...] | None = path
        self.owner: object = owner
        self.factory: Kind | None = factory
        self.provider: FunctionFacts | None = provider
        self.bind: Kind | None = bind
        self.mixed: bool = False

    @property
    def carrier(self) -> Session | None:
        """The connection that it was given to work on, which another closes; None where it takes its own."""
        bind = self.factory.engine if isinstance(self.factory, SessionFactory) else self.bind
        return bind if isinstance(bind, Session) and bind.connection else None

    def again(self, node: ast.AST, source: Source) -> Session:
        """Another session of the same kind, opened at another place."""
        other = Session(
            how="opened", node=node, source=source, asynchronous=self.asynchronous,
            connection=self.connection,
            expiring=self.expiring, scoped=self.scoped, name=self.name, factory=self.factory,
            provider=self.provider, bind=self.bind,
        )  # fmt: skip
        other.mixed = self.mixed
        return other

    def either(self, node: ast.AST, source: Source) -> Session:
        """The one that is here, or one that was opened instead: whose it is cannot be said."""
        return Session(
            how="either", node=node, source=source, asynchronous=self.asynchronous, name=self.name,
            connection=self.connection,
        )  # fmt: skip


class Transaction(Kind):
    """What `session.begin()` and `begin_nested()` return."""

    __slots__ = ("nested", "session")
    SHOWN = ("session", "nested")

    def __init__(self, session: Session, *, nested: bool) -> None:
        self.session: Session = session
        self.nested: bool = nested


class Context(Kind):
    """A context manager that gives `enters`: `factory.begin()`, a project's @asynccontextmanager, a unit of
    work.

    `session` is what it holds; `commits`, `rolls_back` and `closes` what it does to that session at its
    end. `function` is the project's function behind it, `cls` its class.
    """

    __slots__ = (
        "asynchronous",
        "closes",
        "cls",
        "commits",
        "enters",
        "function",
        "rolls_back",
        "session",
    )
    SHOWN = ("enters", "session", "commits", "closes")

    def __init__(
        self,
        enters: Kind,
        *,
        asynchronous: bool,
        session: Session | None = None,
        commits: bool = False,
        rolls_back: bool = False,
        closes: bool = False,
        function: FunctionFacts | None = None,
        cls: ClassFacts | None = None,
    ) -> None:
        self.enters: Kind = enters
        self.asynchronous: bool = asynchronous
        self.session: Session | None = session
        self.commits: bool = commits
        self.rolls_back: bool = rolls_back
        self.closes: bool = closes
        self.function: FunctionFacts | None = function
        self.cls: ClassFacts | None = cls

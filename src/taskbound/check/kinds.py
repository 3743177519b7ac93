"""What a value is, in the checker's eyes.

Kinds are compared by identity: two names that hold the same `Session` object hold the same session. A
kind that is not proven from source is `UNKNOWN`, and rules stay silent on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

    from taskbound.check.index.facts import ClassFacts, FunctionFacts, ModuleFacts
    from taskbound.check.source import Source


_MOST_ITEMS = 100


class Kind:
    """The root of all kinds."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name}={getattr(self, name)!r}"
            for name in getattr(self, "SHOWN", ())
            if getattr(self, name) is not None
        )
        return f"{type(self).__name__}({shown})"


class Unknown(Kind):
    """Nothing is known of it."""

    __slots__ = ()


UNKNOWN = Unknown()


class Constant(Kind):
    """A literal: None, a number, a string, a boolean."""

    __slots__ = ("value",)
    SHOWN = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


NONE = Constant(None)


class Text(Kind):
    """A string that is put together; `parts` are the kinds that went in, constants and all, in order."""

    __slots__ = ("node", "parts", "source")
    SHOWN = ("parts",)

    def __init__(self, parts: tuple[Kind, ...], node: ast.AST, source: Source) -> None:
        self.parts = parts
        self.node = node
        self.source = source


class Outside(Kind):
    """A value of a library. `path` tells where from: `httpx.AsyncClient` is the class, `httpx.AsyncClient()`
    an instance, `httpx.AsyncClient().get` its method, `httpx.AsyncClient().get()` what that returns."""

    __slots__ = ("path",)
    SHOWN = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    @property
    def root(self) -> str:
        """The library: `httpx`."""
        return self.path.partition(".")[0].removesuffix("()")

    @property
    def name(self) -> str:
        """The dotted name without calls: `httpx.AsyncClient.get`."""
        return self.path.replace("()", "")


class Parameter(Kind):
    """A parameter whose type says nothing to the checker. Taint of SQL starts here."""

    __slots__ = ("annotation", "function", "name")
    SHOWN = ("name",)

    def __init__(self, name: str, function: FunctionFacts, annotation: ast.expr | None) -> None:
        self.name = name
        self.function = function
        self.annotation = annotation


class ModuleRef(Kind):
    """A module of the project."""

    __slots__ = ("module",)

    def __init__(self, module: ModuleFacts) -> None:
        self.module = module


class ClassRef(Kind):
    """A class of the project, itself."""

    __slots__ = ("cls",)
    SHOWN = ("cls",)

    def __init__(self, cls: ClassFacts) -> None:
        self.cls = cls


class Instance(Kind):
    """An object of a project's class that is not mapped. `fields` holds what its attributes are known to
    be.
    """

    __slots__ = ("cls", "fields", "path", "plain")
    SHOWN = ("cls", "path")

    def __init__(
        self, cls: ClassFacts, fields: dict[str, Kind], path: tuple[str, ...] | None = None
    ) -> None:
        self.cls = cls
        self.fields = fields
        # From the function's parameter to here: ("self", "repo"). None: it was made in the function.
        self.path = path
        # Nothing in it depends on who asks: no session, no parameter. Worked out when it is first asked for.
        self.plain: bool | None = None

    def set(self, name: str, kind: Kind) -> None:
        """Give an attribute a value; other objects of the class keep theirs."""
        if self.plain:
            self.fields = dict(self.fields)
        self.plain = None
        self.fields[name] = kind


class FunctionRef(Kind):
    """A function or method of the project, itself. `bound` is its `self` or `cls`; `scope` what a nested
    one closes over.
    """

    __slots__ = ("bound", "function", "given", "scope")
    SHOWN = ("function",)

    def __init__(
        self,
        function: FunctionFacts,
        bound: Kind | None = None,
        scope: Any = None,
        given: tuple[tuple[Kind, ...], dict[str, Kind]] | None = None,
    ) -> None:
        self.function = function
        self.bound = bound
        self.scope = scope
        self.given = given  # arguments of functools.partial


class MethodRef(Kind):
    """A method of a kind that the checker knows: `session.execute`."""

    __slots__ = ("name", "receiver")
    SHOWN = ("receiver", "name")

    def __init__(self, receiver: Kind, name: str) -> None:
        self.receiver = receiver
        self.name = name


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
        self.asynchronous = asynchronous
        self.node = node
        self.source = source
        self.url = url
        self.path = path
        self.owner = owner


class SessionFactory(Kind):
    """`async_sessionmaker(...)` and its like. `expiring` None: not known (a config object, a parameter)."""

    __slots__ = ("asynchronous", "engine", "expiring", "node", "owner", "path", "scoped", "source")
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
    ) -> None:
        self.asynchronous = asynchronous
        self.expiring = expiring
        self.node = node
        self.source = source
        self.scoped = scoped
        self.engine = engine
        self.path = path
        self.owner = owner


class Session(Kind):
    """A session, or a connection (`connection` True): the unit that one task may use at a time.

    `how`: "opened" by a call here, "parameter", "attribute" of self, "global", "yielded" by a provider.
    `path` and `owner`: where a caller finds it, `("db",)` or `("self", "repo", "session")`, in which
    function or class; both None for one that is opened here. `expiring`: does a commit expire its entities?
    None where that is not known.
    """

    __slots__ = (
        "asynchronous", "connection", "expiring", "factory", "how", "name", "node", "owner", "path",
        "provider",
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
    ) -> None:
        self.how = how
        self.node = node
        self.source = source
        self.asynchronous = asynchronous
        self.connection = connection
        self.expiring = expiring
        self.scoped = scoped
        self.name = name
        self.path = path
        self.owner = owner
        self.factory = factory
        self.provider = provider

    def again(self, node: ast.AST, source: Source) -> Session:
        """Another session of the same kind, opened at another place."""
        return Session(
            how="opened", node=node, source=source, asynchronous=self.asynchronous,
            connection=self.connection,
            expiring=self.expiring, scoped=self.scoped, name=self.name, factory=self.factory,
            provider=self.provider,
        )  # fmt: skip


class Transaction(Kind):
    """What `session.begin()` and `begin_nested()` return."""

    __slots__ = ("nested", "session")
    SHOWN = ("session", "nested")

    def __init__(self, session: Session, *, nested: bool) -> None:
        self.session = session
        self.nested = nested


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
        self.enters = enters
        self.asynchronous = asynchronous
        self.session = session
        self.commits = commits
        self.rolls_back = rolls_back
        self.closes = closes
        self.function = function
        self.cls = cls


class Stream(Kind):
    """A generator or asynchronous generator that gives `of`, made by a call of the project's `function`."""

    __slots__ = ("asynchronous", "call", "of")
    SHOWN = ("of",)

    def __init__(self, of: Kind, *, asynchronous: bool, call: Any) -> None:
        self.of = of
        self.asynchronous = asynchronous
        self.call = call  # trace.events.Call


class Coroutine(Kind):
    """What calling an `async def` returns before it is awaited. `call` is the event (trace.events.Call)."""

    __slots__ = ("call", "result")
    SHOWN = ("result",)

    def __init__(self, call: Any, result: Kind) -> None:
        self.call = call
        self.result = result


class Task(Kind):
    """A task of asyncio's or a future: it runs beside the one that made it."""

    __slots__ = ("call", "of")
    SHOWN = ("of",)

    def __init__(self, of: Kind, call: Any) -> None:
        self.of = of
        self.call = call


class TaskGroup(Kind):
    """asyncio.TaskGroup or anyio's task group."""

    __slots__ = ("node",)

    def __init__(self, node: ast.AST) -> None:
        self.node = node


class MappedAttribute(Kind):
    """`User.posts`: the attribute on the class. `via` is the class it was taken from."""

    __slots__ = ("cls", "name")
    SHOWN = ("cls", "name")

    def __init__(self, cls: ClassFacts, name: str) -> None:
        self.cls = cls
        self.name = name


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
        self.strategies = strategies
        self.paths = paths
        self.cls = cls


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
        self.verb = verb
        self.entities = entities
        self.node = node
        self.source = source
        self.options = options
        self.clauses = clauses
        self.complete = complete
        self.text = text

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
        self.of = of
        self.statement = statement
        self.session = session
        self.scalars = scalars
        self.unique = unique
        self.streamed = streamed


class Rows(Kind):
    """Many of one kind that came from the database: `.all()`, a loaded collection, `list[User]`."""

    __slots__ = ("of", "session", "statement")
    SHOWN = ("of",)

    def __init__(
        self, of: Kind, *, statement: Statement | None = None, session: Session | None = None
    ) -> None:
        self.of = of
        self.statement = statement
        self.session = session


class Row(Kind):
    """One row with several columns."""

    __slots__ = ("of",)
    SHOWN = ("of",)

    def __init__(self, of: tuple[Kind, ...]) -> None:
        self.of = of


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
        self.cls = cls
        self.statement = statement
        self.session = session
        self.made = made
        # Of `session.get(..., options=[...])`; None: nothing is known of how it was loaded.
        self.options = options
        self.via = via


class AwaitableAttrs(Kind):
    """`user.awaitable_attrs`, of AsyncAttrs."""

    __slots__ = ("entity",)
    SHOWN = ("entity",)

    def __init__(self, entity: Entity) -> None:
        self.entity = entity


class Variable(Kind):
    """A ContextVar: `get()` gives `of`. Child tasks inherit what it holds."""

    __slots__ = ("of",)
    SHOWN = ("of",)

    def __init__(self, of: Kind) -> None:
        self.of = of


class Collection(Kind):
    """A list, tuple, set or dict that the function builds. It is shared by all names that hold it, so
    `append` is seen.

    `items`: (kind, many) pairs; `many` True: added in a loop or a comprehension, more than once. `keyed`:
    by constant key.
    """

    __slots__ = ("items", "keyed", "node")
    SHOWN = ("items", "keyed")

    def __init__(
        self,
        items: list[tuple[Kind, bool]],
        keyed: dict[Any, Kind] | None = None,
        node: ast.AST | None = None,
    ) -> None:
        self.items = items
        self.keyed = keyed
        self.node = node

    def put(self, kind: Kind, *, many: bool) -> None:
        """Add one more. A collection that grows by what it holds itself ends at some length."""
        if len(self.items) < _MOST_ITEMS:
            self.items.append((kind, many))


class Provided(Kind):
    """A value that a framework gives: `Depends(get_db)`; `by` is the provider."""

    __slots__ = ("by", "call")
    SHOWN = ("by",)

    def __init__(self, by: Kind, call: Any) -> None:
        self.by = by
        self.call = call


def contained(kind: Kind) -> Iterator[tuple[Kind, bool]]:
    """What a starred or gathered value holds, with whether it stands for many."""
    if isinstance(kind, Collection):
        for item, many in kind.items:
            yield item, many
        for value in (kind.keyed or {}).values():
            yield value, False
    elif isinstance(kind, Rows):
        yield kind.of, True


def element(kind: Kind) -> Kind:
    """What one turn of iterating this gives."""
    if isinstance(kind, (Rows, Result, Stream)):
        return kind.of
    if isinstance(kind, Collection):
        known = [item for item, _ in contained(kind) if item is not UNKNOWN]
        return known[0] if known else UNKNOWN
    return UNKNOWN


def is_of_rows(kind: Kind | None) -> bool:
    """Does iterating this go over rows of the database, so that its length is that of a result?"""
    if isinstance(kind, (Rows, Result)):
        return True
    return isinstance(kind, Collection) and any(
        many and isinstance(item, (Entity, Row)) for item, many in kind.items
    )


def is_plain(kind: Kind, seen: set[int] | None = None) -> bool:
    """Is a value the same wherever it is looked at from: no session or factory in it, and no parameter?"""
    if isinstance(kind, (Instance, Collection)):
        return _all_plain(kind, set() if seen is None else seen)
    if isinstance(kind, (Rows, Result)):
        return kind.session is None and is_plain(kind.of, seen)
    if isinstance(kind, Entity):
        return kind.session is None
    if isinstance(kind, FunctionRef):
        return kind.bound is None and kind.scope is None
    return isinstance(kind, _PLAIN)


_PLAIN = (Unknown, Constant, Outside, ModuleRef, ClassRef, Statement, Option, MappedAttribute)


def _all_plain(kind: Instance | Collection, seen: set[int]) -> bool:
    """A value may hold itself."""
    known = kind.plain if isinstance(kind, Instance) else None
    if known is not None or id(kind) in seen:
        return known is not False
    seen.add(id(kind))
    plain = len(seen) < _MOST_ITEMS and all(is_plain(value, seen) for value in held_by(kind))
    if isinstance(kind, Instance):
        kind.plain = plain
    return plain


def sessions_in(kind: Kind, deepest: int = 4) -> Iterator[Session]:
    """The sessions that a value is, or holds in its attributes or items, each once."""
    if isinstance(kind, Session):
        yield kind
    elif isinstance(kind, (Instance, Collection, FunctionRef, Transaction)):
        yield from _sessions_in(kind, deepest, set())


def _sessions_in(kind: Kind, deepest: int, seen: set[int]) -> Iterator[Session]:
    if id(kind) in seen:
        return
    if isinstance(kind, Session):
        seen.add(id(kind))
        yield kind
    elif isinstance(kind, (Instance, Collection, FunctionRef, Transaction)):
        seen.add(id(kind))
        if deepest:
            for inner in held_by(kind):
                yield from _sessions_in(inner, deepest - 1, seen)


def held_by(kind: Kind) -> Iterable[Kind]:
    """What a value holds directly: attributes, items, the object of a method, the session of a transaction."""
    if isinstance(kind, Instance):
        return () if kind.plain else kind.fields.values()
    if isinstance(kind, Collection):
        return [value for value, _ in contained(kind)]
    if isinstance(kind, Transaction):
        return (kind.session,)
    return (kind.bound,) if isinstance(kind, FunctionRef) and kind.bound is not None else ()

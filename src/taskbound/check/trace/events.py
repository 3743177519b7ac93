"""The tree of events that a function's body is lowered into, once, and that all rules read.

Events stand in the order in which Python evaluates them. A structure (Block, Loop, Branch, Try) holds lists
of events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    UNKNOWN,
    ClassRef,
    Coroutine,
    FunctionRef,
    Kind,
    MethodRef,
    Outside,
    Stream,
)
from taskbound.check.source import is_within

if TYPE_CHECKING:
    import ast

    from taskbound.check.index.facts import ClassFacts, FunctionFacts
    from taskbound.check.kinds import Session


class Event:
    """One thing that happens; `node` is where."""

    __slots__ = ("node",)

    def __init__(self, node: ast.AST) -> None:
        self.node: ast.AST = node


class Call(Event):
    """A call. `target` is what is called, `args` and `keywords` the kinds of what is passed (a starred
    argument is in `starred`), `result` what it gives (for an async function a Coroutine).

    `awaited`: it is awaited where it is written. `dropped`: its value is thrown away, a statement of its
    own.
    """

    __slots__ = (
        "args", "awaited", "double_starred", "dropped", "entered", "keywords", "name", "result", "starred",
        "target",
    )  # fmt: skip
    node: ast.Call

    def __init__(
        self,
        node: ast.Call,
        target: Kind,
        name: str,
        args: list[Kind],
        keywords: dict[str, Kind],
        starred: list[Kind],
        *,
        double_starred: bool = False,
    ) -> None:
        self.node = node
        self.target: Kind = target
        self.name: str = name  # the last name: `execute` of `self.session.execute(...)`
        self.args: list[Kind] = args
        self.keywords: dict[str, Kind] = keywords
        self.starred: list[Kind] = starred
        self.double_starred: bool = double_starred
        self.result: Kind = UNKNOWN
        self.awaited: bool = False
        self.dropped: bool = False
        self.entered: bool = False  # it is an item of `with` or `async with`

    @property
    def qualname(self) -> str:
        """`asyncio.gather` or `httpx.AsyncClient.get` of a library; empty for anything else."""
        return self.target.name if isinstance(self.target, Outside) else ""

    @property
    def function(self) -> FunctionFacts | None:
        """The project's function that is called, or None."""
        return self.target.function if isinstance(self.target, FunctionRef) else None

    @property
    def cls(self) -> ClassFacts | None:
        """The project's class that is constructed, or None."""
        return self.target.cls if isinstance(self.target, ClassRef) else None

    @property
    def receiver(self) -> Kind:
        """Whose method is called: the Session of `session.execute()`, the Instance of `repo.get()`."""
        if isinstance(self.target, MethodRef):
            return self.target.receiver
        if isinstance(self.target, FunctionRef) and self.target.bound is not None:
            return self.target.bound
        return UNKNOWN

    def on(self, kind: type[Kind], *names: str) -> bool:
        """Is it a call of one of these methods on such a kind? Without names: of any method."""
        target = self.target
        return (
            isinstance(target, MethodRef)
            and isinstance(target.receiver, kind)
            and (not names or target.name in names)
        )

    def is_(self, *qualnames: str) -> bool:
        """Is it a call of one of these functions of a library? `call.is_("asyncio.gather")`."""
        return isinstance(self.target, Outside) and self.target.name in qualnames

    def argument(self, position: int | None, name: str) -> Kind | None:
        """The argument at a position or by its keyword; None where it is not given."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return None

    @property
    def deferred(self) -> bool:
        """Does it make a coroutine or a generator that runs somewhere else?"""
        return not self.awaited and isinstance(self.result, (Coroutine, Stream))

    @property
    def value(self) -> Kind:
        """What it gives once it is awaited."""
        return self.result.result if isinstance(self.result, Coroutine) else self.result


class Await(Event):
    """`await` of something that is not a call written there: a task, a coroutine in a variable, an
    attribute.
    """

    __slots__ = ("kind",)

    def __init__(self, node: ast.AST, kind: Kind) -> None:
        self.node = node
        self.kind: Kind = kind


class AttributeRead(Event):
    """`owner.name` is read. `called`: it is the callee of a call; `awaited`: `await
    user.awaitable_attrs.posts`.
    """

    __slots__ = ("awaited", "called", "kind", "name", "owner")
    node: ast.Attribute

    def __init__(self, node: ast.Attribute, owner: Kind, name: str, kind: Kind) -> None:
        self.node = node
        self.owner: Kind = owner
        self.name: str = name
        self.kind: Kind = kind
        self.called: bool = False
        self.awaited: bool = False


class AttributeWrite(Event):
    """`owner.name = kind`, or `del owner.name` (kind None)."""

    __slots__ = ("kind", "name", "owner")

    def __init__(self, node: ast.AST, owner: Kind, name: str, kind: Kind | None) -> None:
        self.node = node
        self.owner: Kind = owner
        self.name: str = name
        self.kind: Kind | None = kind


class Assign(Event):
    """`name = kind`, for every name that is bound: assignments, loop targets, `as` names."""

    __slots__ = ("kind", "name")

    def __init__(self, node: ast.AST, name: str, kind: Kind) -> None:
        self.node = node
        self.name: str = name
        self.kind: Kind = kind


class NameRead(Event):
    """A name is read that holds something the rules care for (a session, entity, rows, task or coroutine)."""

    __slots__ = ("kind", "name")

    def __init__(self, node: ast.AST, name: str, kind: Kind) -> None:
        self.node = node
        self.name: str = name
        self.kind: Kind = kind


class Return(Event):
    """`return kind`; NONE without a value."""

    __slots__ = ("kind",)

    def __init__(self, node: ast.AST, kind: Kind) -> None:
        self.node = node
        self.kind: Kind = kind


class Yield(Event):
    """`yield kind`; `delegated` of `yield from`."""

    __slots__ = ("delegated", "kind")

    def __init__(self, node: ast.AST, kind: Kind, *, delegated: bool = False) -> None:
        self.node = node
        self.kind: Kind = kind
        self.delegated: bool = delegated


class Raise(Event):
    """`raise kind`; a bare one has UNKNOWN."""

    __slots__ = ("kind",)

    def __init__(self, node: ast.AST, kind: Kind) -> None:
        self.node = node
        self.kind: Kind = kind


class Leave(Event):
    """`break` or `continue` (`again` True)."""

    __slots__ = ("again",)

    def __init__(self, node: ast.AST, *, again: bool) -> None:
        self.node = node
        self.again: bool = again


# After one of these, nothing that follows in its list is reached.
ENDS = (Return, Raise, Leave)


class Define(Event):
    """A nested function or lambda is made here; `ref` holds its facts and what it closes over."""

    __slots__ = ("ref",)

    def __init__(self, node: ast.AST, ref: FunctionRef) -> None:
        self.node = node
        self.ref: FunctionRef = ref


class Item:
    """One item of a `with`. `context` is the kind before `as`, `enters` what is bound, `session` the one it
    holds.

    `commits`, `rolls_back`, `closes`: what the end of the block does to that session. `begins`: it holds a
    transaction. `opens`: the session is made by this item. `connects`: it takes a connection at once
    (`engine.begin()`).
    """

    __slots__ = (
        "begins", "closes", "commits", "connects", "context", "enters", "name", "nested", "node", "opens",
        "rolls_back",
        "session",
    )  # fmt: skip

    def __init__(self, node: ast.withitem, context: Kind, enters: Kind) -> None:
        self.node: ast.withitem = node
        self.context: Kind = context
        self.enters: Kind = enters
        self.name: str = ""
        self.session: Session | None = None
        self.begins: bool = False
        self.nested: bool = False
        self.opens: bool = False
        self.connects: bool = False
        self.commits: bool = False
        self.rolls_back: bool = False
        self.closes: bool = False


class Structure(Event):
    """An event that holds others."""

    __slots__ = ()

    def parts(self) -> list[list[Event]]:
        """The lists of events within, in the order of evaluation."""
        raise NotImplementedError


class Block(Structure):
    """`with` or `async with`, one item each time (several items nest). The item's own events stand before
    it.
    """

    __slots__ = ("asynchronous", "body", "item")

    def __init__(self, node: ast.With | ast.AsyncWith, item: Item, *, asynchronous: bool) -> None:
        self.node: ast.With | ast.AsyncWith = node
        self.item: Item = item
        self.asynchronous: bool = asynchronous
        self.body: list[Event] = []

    def parts(self) -> list[list[Event]]:
        return [self.body]


class Loop(Structure):
    """`for`, `async for`, `while` or a comprehension.

    `over`: the kind that is iterated (None for `while`); `element`: the kind of one turn; `iterable`: its
    expression. The events of the iterable stand before the loop. `test`: the events of a `while`'s
    condition.
    """

    __slots__ = (
        "asynchronous",
        "body",
        "comprehension",
        "element",
        "iterable",
        "orelse",
        "over",
        "test",
    )

    def __init__(
        self,
        node: ast.AST,
        over: Kind | None,
        element: Kind,
        *,
        iterable: ast.expr | None,
        asynchronous: bool = False,
        comprehension: bool = False,
    ) -> None:
        self.node = node
        self.over: Kind | None = over
        self.element: Kind = element
        self.iterable: ast.expr | None = iterable
        self.asynchronous: bool = asynchronous
        self.comprehension: bool = comprehension
        self.test: list[Event] = []
        self.body: list[Event] = []
        self.orelse: list[Event] = []

    def parts(self) -> list[list[Event]]:
        return [self.test, self.body, self.orelse]


class Branch(Structure):
    """`if`, `match`, a conditional expression, `and`/`or`. The events of the test stand before it; `arms`
    are alternatives.

    `exhaustive` False: none of the arms may run.
    """

    __slots__ = ("arms", "exhaustive")

    def __init__(self, node: ast.AST, arms: list[list[Event]], *, exhaustive: bool) -> None:
        self.node = node
        self.arms: list[list[Event]] = arms
        self.exhaustive: bool = exhaustive

    def parts(self) -> list[list[Event]]:
        return self.arms


class Handler:
    """One `except`; `types` are the kinds of what it catches (empty: a bare one)."""

    __slots__ = ("body", "node", "types")

    def __init__(self, node: ast.ExceptHandler, types: list[Kind]) -> None:
        self.node: ast.ExceptHandler = node
        self.types: list[Kind] = types
        self.body: list[Event] = []


class Try(Structure):
    """`try`. `final` runs in any case."""

    node: ast.Try | ast.TryStar

    __slots__ = ("body", "final", "handlers", "orelse")

    def __init__(self, node: ast.Try | ast.TryStar) -> None:
        self.node = node
        self.body: list[Event] = []
        self.handlers: list[Handler] = []
        self.orelse: list[Event] = []
        self.final: list[Event] = []

    def parts(self) -> list[list[Event]]:
        return [self.body, *(handler.body for handler in self.handlers), self.orelse, self.final]

    def handles(self, event: Event) -> bool:
        """Does the event stand in one of its handlers, and so happen after an exception alone?"""
        line = getattr(event.node, "lineno", 0)
        return any(is_within(line, handler) for handler in self.node.handlers)

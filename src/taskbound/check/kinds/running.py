"""What runs or waits to run, and what a task inherits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.check.kinds.kind import Kind

if TYPE_CHECKING:
    import ast


class Stream(Kind):
    """A generator or asynchronous generator that gives `of`, made by a call of the project's `function`."""

    __slots__ = ("asynchronous", "call", "of")
    SHOWN = ("of",)

    def __init__(self, of: Kind, *, asynchronous: bool, call: Any) -> None:
        self.of: Kind = of
        self.asynchronous: bool = asynchronous
        self.call: Any = call  # trace.events.Call


class Coroutine(Kind):
    """What calling an `async def` returns before it is awaited. `call` is the event (trace.events.Call)."""

    __slots__ = ("call", "result")
    SHOWN = ("result",)

    def __init__(self, call: Any, result: Kind) -> None:
        self.call: Any = call
        self.result: Kind = result


class Task(Kind):
    """A task of asyncio's or a future: it runs beside the one that made it."""

    __slots__ = ("call", "of")
    SHOWN = ("of",)

    def __init__(self, of: Kind, call: Any) -> None:
        self.of: Kind = of
        self.call: Any = call


class TaskGroup(Kind):
    """asyncio.TaskGroup or anyio's task group."""

    __slots__ = ("node",)

    def __init__(self, node: ast.AST) -> None:
        self.node: ast.AST = node


class Variable(Kind):
    """A ContextVar: `get()` gives `of`. Child tasks inherit what it holds."""

    __slots__ = ("of",)
    SHOWN = ("of",)

    def __init__(self, of: Kind) -> None:
        self.of: Kind = of

"""The root of all kinds, and the kinds of plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ast

    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.source import Source


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
        self.value: Any = value


NONE = Constant(None)


class Text(Kind):
    """A string that is put together; `parts` are the kinds that went in, constants and all, in order."""

    __slots__ = ("node", "parts", "source")
    SHOWN = ("parts",)

    def __init__(self, parts: tuple[Kind, ...], node: ast.AST, source: Source) -> None:
        self.parts: tuple[Kind, ...] = parts
        self.node: ast.AST = node
        self.source: Source = source


class Outside(Kind):
    """A value of a library. `path` tells where from: `httpx.AsyncClient` is the class, `httpx.AsyncClient()`
    an instance, `httpx.AsyncClient().get` its method, `httpx.AsyncClient().get()` what that returns.

    `call`: the event that it came from, where a session was among the arguments (trace.events.Call).
    """

    __slots__ = ("call", "path")
    SHOWN = ("path",)

    def __init__(self, path: str, call: Any = None) -> None:
        self.path: str = path
        self.call: Any = call

    @property
    def root(self) -> str:
        """The library: `httpx`."""
        return self.path.partition(".")[0].removesuffix("()")

    @property
    def name(self) -> str:
        """The dotted name without calls: `httpx.AsyncClient.get`."""
        return self.path.replace("()", "")


# What a call of something unknown gives that was handed a session.
NOT_KNOWN = "?()"


class Parameter(Kind):
    """A parameter whose type says nothing to the checker. Taint of SQL starts here."""

    __slots__ = ("annotation", "function", "name")
    SHOWN = ("name",)

    def __init__(self, name: str, function: FunctionFacts, annotation: ast.expr | None) -> None:
        self.name: str = name
        self.function: FunctionFacts = function
        self.annotation: ast.expr | None = annotation

"""One function, lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from taskbound.check.kinds import UNKNOWN, Kind
from taskbound.check.trace.events import Loop, Structure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.index.facts import FunctionFacts, ModuleFacts
    from taskbound.check.source import Source
    from taskbound.check.trace.events import Event, Return, Yield

_E = TypeVar("_E", bound="Event")


class Trace:
    """The events of one function. `parameters` are the kinds of its parameters, `nested` the traces within
    it.
    """

    __slots__ = (
        "_sorted",
        "_walked",
        "events",
        "finals",
        "finished",
        "function",
        "module",
        "nested",
        "parameters",
        "returns",
        "source",
        "yields",
    )

    def __init__(self, function: FunctionFacts) -> None:
        self.function: FunctionFacts = function
        self.module: ModuleFacts = function.module
        self.source: Source = function.module.source
        self.parameters: dict[str, Kind] = {}
        self.events: list[Event] = []
        self.returns: list[Return] = []
        self.yields: list[Yield] = []
        self.nested: list[Trace] = []
        # What the names hold when the function ends, closures read it.
        self.finals: dict[str, Kind] = {}
        self.finished: bool = False
        self._walked: list[tuple[Event, tuple[Structure, ...]]] | None = None
        # The places of `_walked` by the class of the event.
        self._sorted: dict[type[Event], list[tuple[Any, tuple[Structure, ...]]]] | None = None

    @property
    def me(self) -> Kind:
        """`self` of a method, or UNKNOWN."""
        if self.function.owner is None or not self.function.parameters:
            return UNKNOWN
        return self.parameters.get(self.function.parameters[0].name, UNKNOWN)

    def walk(self) -> Iterator[tuple[Event, tuple[Structure, ...]]]:
        """Every event in order, with the structures around it, the outermost first."""
        if self._walked is None:
            walked = list(walk(self.events))
            if not self.finished:
                return iter(walked)
            self._walked = walked
        return iter(self._walked)

    def of(self, kind: type[_E]) -> Iterator[_E]:
        """Every event of one class, in order: `trace.of(Call)`."""
        return (event for event, _ in self.places(kind))

    def places(self, kind: type[_E]) -> list[tuple[_E, tuple[Structure, ...]]]:
        """Every event of one class, in order, with the structures around it."""
        if self._sorted is not None:
            return self._sorted.get(kind, [])
        found: dict[type[Event], list[tuple[Any, tuple[Structure, ...]]]] = {}
        for place in self.walk():
            found.setdefault(type(place[0]), []).append(place)
        if self.finished:
            self._sorted = found
        return found.get(kind, [])

    def with_nested(self) -> Iterator[Trace]:
        """This trace, and those of the functions within it."""
        yield self
        for nested in self.nested:
            yield from nested.with_nested()

    def __repr__(self) -> str:
        return f"<trace of {self.function.qualname}>"


def walk(
    events: list[Event], around: tuple[Structure, ...] = ()
) -> Iterator[tuple[Event, tuple[Structure, ...]]]:
    """Every event in these lists and below, a structure before what it holds."""
    found: list[tuple[Event, tuple[Structure, ...]]] = []
    _walk(events, around, found)
    return iter(found)


def _walk(
    events: list[Event],
    around: tuple[Structure, ...],
    found: list[tuple[Event, tuple[Structure, ...]]],
) -> None:
    for event in events:
        found.append((event, around))
        if isinstance(event, Structure):
            within = (*around, event)
            for part in event.parts():
                if part:
                    _walk(part, within, found)


def loop_around(around: tuple[Structure, ...]) -> Loop | None:
    """The innermost loop over something. A `while` between only repeats what is done for each of it."""
    return next(
        (one for one in reversed(around) if isinstance(one, Loop) and one.over is not None), None
    )

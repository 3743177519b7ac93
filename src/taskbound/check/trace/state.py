"""What an application keeps in the state of its framework: `request.state.session`, `app.state.sessions`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    UNKNOWN,
    Engine,
    Instance,
    Kind,
    Outside,
    Parameter,
    Session,
    SessionFactory,
    is_plain,
)
from taskbound.check.source import is_within
from taskbound.check.trace.events import AttributeWrite

if TYPE_CHECKING:
    from taskbound.check.index.facts import FunctionFacts, ModuleFacts
    from taskbound.check.trace.trace import Trace
    from taskbound.check.trace.world import World

_WRITTEN = re.compile(r"\.state\.(\w+)\s*(?::[^=\n]+)?=(?!=)")
_FRAMEWORKS = ("fastapi.", "starlette.", "litestar.")
_NAMES = ("request.state", "websocket.state", "app.state", "request.app.state")


def is_state(owner: Kind) -> bool:
    """Is it the state of a request, a connection or an application?"""
    if isinstance(owner, Outside):
        return owner.path.endswith(".state") and owner.path.startswith(_FRAMEWORKS)
    return isinstance(owner, Parameter) and owner.name in _NAMES


def is_of_application(owner: Kind) -> bool:
    """Is it the application's, which all requests share?"""
    path = owner.path if isinstance(owner, Outside) else getattr(owner, "name", "")
    return path.removesuffix(".state").endswith(("app", "FastAPI()", "Starlette()", "Litestar()"))


class State:
    """What is known of each attribute, by the assignments to it in the whole project."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._places: dict[str, list[FunctionFacts]] | None = None
        self._known: dict[tuple[str, bool], Kind] = {}

    def of(self, owner: Kind, name: str) -> Kind:
        """What this attribute holds; UNKNOWN where several hold different things."""
        key = (name, is_of_application(owner))
        known = self._known.get(key)
        if known is not None:
            return known
        places = self._written().get(name, ())
        if not places:
            return UNKNOWN
        self._known[key] = UNKNOWN  # what is assigned may be read from it
        traces = [self.world.trace(place) for place in places]
        held = [
            (write, trace)
            for outer in traces
            for trace in outer.with_nested()
            for write in trace.of(AttributeWrite)
            if write.name == name
            and is_state(write.owner)
            and is_of_application(write.owner) == key[1]
        ]
        if not all(trace.finished for trace in traces):
            del self._known[key]
        kinds = [_seen(write, trace) for write, trace in held if write.kind is not None]
        found = kinds[0] if len({type(kind) for kind in kinds}) == 1 else UNKNOWN
        if key in self._known:
            self._known[key] = found
        return found

    def _written(self) -> dict[str, list[FunctionFacts]]:
        """The functions in which an attribute of a state seems to be assigned."""
        if self._places is None:
            self._places = {}
            for module in self.world.project.relevant():
                if ".state." not in module.source.text:
                    continue
                for number, line in enumerate(module.source.lines, 1):
                    for name in _WRITTEN.findall(line):
                        around = _around(number, module)
                        if around is not None:
                            self._places.setdefault(name, []).append(around)
        return self._places


def _around(line: int, module: ModuleFacts) -> FunctionFacts | None:
    """The function that a line stands in; the statements of the module where it stands in none."""
    return next((one for one in module.functions if is_within(line, one.node)), module.body)


def _seen(write: AttributeWrite, trace: Trace) -> Kind:
    """As one that reads it sees it: a request's session is its own, the application's is everybody's."""
    kind = write.kind
    if isinstance(kind, Session) and not kind.scoped:
        everybody = is_of_application(write.owner)
        seen = kind.again(write.node, trace.source)
        seen.how = "global" if everybody else "yielded"
        seen.name = trace.source.segment(write.node)
        seen.provider = None if everybody else trace.function
        return seen
    if isinstance(kind, (SessionFactory, Engine)):
        return kind
    return kind if isinstance(kind, Instance) and is_plain(kind) else UNKNOWN

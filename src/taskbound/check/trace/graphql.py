"""The context of a GraphQL query, which all of its resolvers share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from taskbound.check.index.facts import ClassFacts, FunctionFacts
from taskbound.check.index.project import expression
from taskbound.check.kinds import (
    UNKNOWN,
    Collection,
    Instance,
    Kind,
    Outside,
    Parameter,
    Session,
)
from taskbound.check.trace.annotations import Home, of_class

if TYPE_CHECKING:
    from taskbound.check.trace.world import World

_GIVEN = re.compile(r"\bcontext_(?:getter|value)\s*=\s*([A-Za-z_][\w.]*)")
_INFOS = re.compile(r"^(strawberry|graphql|ariadne)\..*Info\(\)\.context$")
NAME = "info.context"


def is_context(owner: Kind, name: str) -> bool:
    """Is `owner.name` the context of a query?"""
    if name != "context":
        return False
    if isinstance(owner, Outside):
        return _INFOS.match(f"{owner.path}.context") is not None
    return isinstance(owner, Parameter) and owner.name == "info"


class Contexts:
    """What the function or class gives that the project names its `context_getter`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._known: Kind | None = None

    def context(self) -> Kind:
        """The context; UNKNOWN where there is none, or more than one."""
        if self._known is None:
            self._known = UNKNOWN  # it may be read on the way to itself
            kinds = [self._made(one) for one in self._getters()]
            self._known = self._shared(kinds[0], {}, NAME) if len(kinds) == 1 else UNKNOWN
        return self._known

    def _getters(self) -> list[FunctionFacts | ClassFacts]:
        found: list[FunctionFacts | ClassFacts] = []
        project = self.world.project
        for module in project.relevant():
            for written in _GIVEN.findall(module.source.text):
                node = expression(written)
                symbol = None if node is None else project.dotted(module, node)
                if isinstance(symbol, (FunctionFacts, ClassFacts)) and symbol not in found:
                    found.append(symbol)
        return found

    def _made(self, getter: FunctionFacts | ClassFacts) -> Kind:
        if isinstance(getter, FunctionFacts):
            return self.world.returned(getter)
        home = Home(how="opened", name=NAME, node=getter.node, source=getter.module.source)
        return of_class(self.world, getter, home)

    def _shared(self, kind: Kind, seen: dict[int, Kind], name: str) -> Kind:
        """As the resolvers see it: whatever session is in it is one for all of them."""
        if id(kind) in seen:
            return seen[id(kind)]
        if isinstance(kind, Session):
            one = kind.again(kind.node, kind.source)
            one.how, one.name = "yielded", name
            seen[id(kind)] = one
            return one
        if isinstance(kind, Collection):
            held = {
                key: self._shared(value, seen, f'{name}["{key}"]')
                for key, value in (kind.keyed or {}).items()
            }
            return Collection([], held, kind.node)
        if isinstance(kind, Instance):
            made = Instance(kind.cls, {})
            seen[id(kind)] = made
            for field, value in kind.fields.items():
                made.fields[field] = self._shared(value, seen, f"{name}.{field}")
            return made
        return kind

"""What the attributes of a class's objects are: from annotations, from `__init__`, from the other methods."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.check.index.facts import last_name
from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    ClassRef,
    Instance,
    Kind,
    is_plain,
)
from taskbound.check.source import is_within
from taskbound.check.trace.annotations import Home, annotated
from taskbound.check.trace.events import AttributeWrite
from taskbound.check.trace.rooting import plain, rerooted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.index.facts import ClassFacts, FunctionFacts
    from taskbound.check.trace.trace import Trace
    from taskbound.check.trace.world import World

_ASSIGNMENT = re.compile(r"\bself\.(\w+)(?:\s*:[^=]+)?(?:\s*,[^=]*)?\s*=(?!=)")
_RECORDS = frozenset(("dataclass", "define", "frozen", "mutable", "attrs", "s"))


class Shape:
    """`fields`: as the class's own methods see them, sessions with their path from self. `raw`: as
    `__init__` left them, in terms of its parameters. `order`: the fields of a dataclass, which its
    constructor takes; None for other classes.
    """

    __slots__ = ("_missing", "_plain", "cls", "fields", "init", "order", "raw")

    def __init__(self, cls: ClassFacts) -> None:
        self.cls: ClassFacts = cls
        self.fields: dict[str, Kind] = {}
        self.raw: dict[str, Kind] = {}
        self.init: FunctionFacts | None = None
        self.order: list[str] | None = None
        self._missing: dict[str, list[FunctionFacts]] | None = None
        self._plain: tuple[int, bool] | None = None

    def instance(self, path: tuple[str, ...] | None, owner: object, home: Home) -> Instance:
        """An object of the class that is found along a path; each of its sessions is one of its own."""
        if self.plain:
            return plain(self.cls, self.fields, path)
        instance = Instance(self.cls, {}, path)
        memo: dict[int, Kind] = {}
        for name, kind in self.fields.items():
            instance.fields[name] = rerooted(
                kind, None if path is None else (*path, name), owner, memo
            )
        return instance

    @property
    def plain(self) -> bool:
        """Are all objects of the class alike: none holds a session, a factory, a parameter?"""
        if self._plain is None or self._plain[0] != len(self.fields):
            self._plain = (len(self.fields), all(is_plain(kind) for kind in self.fields.values()))
        return self._plain[1]

    def found(self, name: str, world: World) -> Kind:
        """An attribute that `__init__` does not tell of: what the other methods assign to it."""
        known = self.fields.get(name)
        if known not in (None, UNKNOWN, NONE):
            return known
        if self._missing is None:
            self._missing = _assigned_in_methods(self.cls, world)
        methods = self._missing.pop(name, None)
        if not methods:
            return UNKNOWN if known is None else known
        self.fields[name] = UNKNOWN
        for method in methods:
            self._learn(name, method, world)
        return self.fields[name]

    def _learn(self, name: str, method: FunctionFacts, world: World) -> None:
        for write in world.trace(method).of(AttributeWrite):
            if (
                write.name == name
                and isinstance(write.owner, Instance)
                and write.owner.path == ("self",)
            ):
                kind = write.kind or UNKNOWN
                if kind not in (UNKNOWN, NONE) and self.fields[name] is UNKNOWN:
                    self.fields[name] = rerooted(kind, ("self", name), self.cls, {})
                    self._plain = None


def read_shape(shape: Shape, world: World) -> None:
    """Fill a shape from its class's source."""
    project = world.project
    shape.fields = annotated_fields(shape.cls, world)
    if _is_record(shape.cls, world):
        shape.order = list(shape.fields)
        shape.raw = dict(shape.fields)
    init = project.method(shape.cls, "__init__")
    shape.init = init
    if init is None or (shape.order is not None and "__init__" not in shape.cls.methods):
        return
    if init.owner is not None and init.owner is not shape.cls:
        inherited = world.shape(init.owner)
        own = {name: kind for name, kind in shape.fields.items() if isinstance(kind, ClassRef)}
        shape.raw = {**shape.fields, **inherited.raw, **own}
    else:
        trace = world.trace(init)
        shape.raw = dict(trace.me.fields) if isinstance(trace.me, Instance) else {}
        shape.order = None
    models = _models(init, shape.cls, world)
    memo: dict[int, Kind] = {}
    for name, kind in shape.raw.items():
        seen = models.get(id(kind)) or rerooted(kind, ("self", name), shape.cls, memo)
        if seen not in (UNKNOWN, NONE) or name not in shape.fields:
            shape.fields[name] = seen


def _models(init: FunctionFacts, cls: ClassFacts, world: World) -> dict[int, Kind]:
    """The parameters of `__init__` that a class which derives from a generic one says the model of."""
    around = init.owner
    if around is None or around is cls or not world.generics.bound(cls).get(around):
        return {}
    given = world.trace(init).parameters
    said = {
        id(given[parameter.name]): world.generics.annotated(cls, around, parameter.annotation)
        for parameter in init.parameters
        if parameter.name in given
    }
    return {known: kind for known, kind in said.items() if kind is not None}


def so_far(cls: ClassFacts, init: Trace, world: World) -> Shape:
    """The shape while `__init__` is still being lowered."""
    shape = Shape(cls)
    shape.raw = dict(init.me.fields) if isinstance(init.me, Instance) else {}
    memo: dict[int, Kind] = {}
    shape.fields = {
        name: rerooted(kind, ("self", name), cls, memo) for name, kind in shape.raw.items()
    }
    return shape


def annotated_fields(cls: ClassFacts, world: World) -> dict[str, Kind]:
    """The attributes that the bodies of a class and its bases annotate."""
    fields: dict[str, Kind] = {}
    for around in reversed(list(world.project.classes(cls))):
        for name, assigned in around.attributes.items():
            if assigned.annotation is None:  # `model = User`, of a base's `model: type[Model]`
                kind = world.global_kind(assigned) if name in fields else UNKNOWN
                if isinstance(kind, ClassRef):
                    fields[name] = kind
                continue
            if last_name_of(assigned.annotation) == "ClassVar":
                continue
            home = Home(
                how="attribute", name=f"self.{name}", node=assigned.node, source=around.module.source,
                path=("self", name), owner=cls,
            )  # fmt: skip
            said = world.generics.annotated(cls, around, assigned.annotation)
            fields[name] = said or annotated(world, assigned.annotation, around.module, home)
    return fields


def last_name_of(node: ast.expr) -> str:
    """`ClassVar` of `ClassVar[int]`."""
    return last_name(node.value if isinstance(node, ast.Subscript) else node)


def _is_record(cls: ClassFacts, world: World) -> bool:
    project = world.project
    return project.subclass(cls, "pydantic.BaseModel", "BaseModel", "NamedTuple", "Struct") or any(
        last_name(decorator) in _RECORDS
        for around in project.classes(cls)
        for decorator in around.decorators
    )


def _assigned_in_methods(cls: ClassFacts, world: World) -> dict[str, list[FunctionFacts]]:
    found: dict[str, list[FunctionFacts]] = {}
    for around in world.project.classes(cls):
        methods = [method for method in around.methods.values() if method.name != "__init__"]
        for line, name in _self_assigned(around):
            for method in methods:
                if is_within(line, method.node):
                    found.setdefault(name, []).append(method)
    return found


def _self_assigned(cls: ClassFacts) -> Iterator[tuple[int, str]]:
    """The lines on which `self.name = ...` seems to stand: a look at the text finds the few methods worth a
    trace.
    """
    first = cls.node.lineno
    for offset, line in enumerate(cls.module.source.lines[first - 1 : cls.node.end_lineno]):
        if "self." in line and "=" in line:
            for name in _ASSIGNMENT.findall(line):
                yield first + offset, name

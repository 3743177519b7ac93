"""What the project defines: modules, classes, objects, functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.check.kinds.kind import Kind

if TYPE_CHECKING:
    from taskbound.check.index.facts import ClassFacts, FunctionFacts, ModuleFacts


class ModuleRef(Kind):
    """A module of the project."""

    __slots__ = ("module",)

    def __init__(self, module: ModuleFacts) -> None:
        self.module: ModuleFacts = module


class ClassRef(Kind):
    """A class of the project, itself."""

    __slots__ = ("cls",)
    SHOWN = ("cls",)

    def __init__(self, cls: ClassFacts) -> None:
        self.cls: ClassFacts = cls


class Instance(Kind):
    """An object of a project's class that is not mapped. `fields` holds what its attributes are known to
    be.
    """

    __slots__ = ("cls", "fields", "path", "plain")
    SHOWN = ("cls", "path")

    def __init__(
        self, cls: ClassFacts, fields: dict[str, Kind], path: tuple[str, ...] | None = None
    ) -> None:
        self.cls: ClassFacts = cls
        self.fields: dict[str, Kind] = fields
        # From the function's parameter to here: ("self", "repo"). None: it was made in the function.
        self.path: tuple[str, ...] | None = path
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
        self.function: FunctionFacts = function
        self.bound: Kind | None = bound
        self.scope: Any = scope
        self.given: tuple[tuple[Kind, ...], dict[str, Kind]] | None = (
            given  # arguments of functools.partial
        )


class MethodRef(Kind):
    """A method of a kind that the checker knows: `session.execute`."""

    __slots__ = ("name", "receiver")
    SHOWN = ("receiver", "name")

    def __init__(self, receiver: Kind, name: str) -> None:
        self.receiver: Kind = receiver
        self.name: str = name


class Provided(Kind):
    """A value that a framework gives: `Depends(get_db)`; `by` is the provider."""

    __slots__ = ("by", "call")
    SHOWN = ("by",)

    def __init__(self, by: Kind, call: Any) -> None:
        self.by: Kind = by
        self.call: Any = call

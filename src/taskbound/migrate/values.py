"""What a value in the migrated code can be, as far as the migration has to know."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.migrate.module import Class, Function, Module

T = TypeVar("T")


class Values:
    """What one thing can be: each value once, in the order in which they were found.

    A set's order differs from run to run, and with it would what the migration does.
    """

    __slots__ = ("_hash", "_of")

    def __init__(self, of: Iterable[Value] = ()) -> None:
        self._of: dict[Value, None] = dict.fromkeys(of)
        self._hash: int | None = None

    def __iter__(self) -> Iterator[Value]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __contains__(self, value: object) -> bool:
        return value in self._of

    def __or__(self, other: Values) -> Values:
        if not other._of or other is self:
            return self
        return Values((*self._of, *other._of)) if self._of else other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and self._of == other._of

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._of))
        return self._hash


NOTHING: Values = Values()


@dataclass(frozen=True, slots=True)
class Outside:
    """What is imported from outside the project, by its dotted name; builtins too."""

    name: str


@dataclass(frozen=True, slots=True)
class InModule:
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class TheClass:
    """A class of the project itself, not an object of it."""

    of: Class


@dataclass(frozen=True, slots=True)
class TheFunction:
    """A function of the project; a method with what it is looked up on."""

    of: Function
    receiver: Values = NOTHING
    written: str | None = None
    """The expression that the receiver is written as."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the project that is not mapped."""

    of: Class


@dataclass(frozen=True, slots=True)
class Foreign:
    """An object that something from outside the project has made, and that stays what it is."""

    name: str
    """The dotted name of its class or maker."""


@dataclass(frozen=True, slots=True)
class Session:
    """A synchronous session."""


@dataclass(frozen=True, slots=True)
class Factory:
    """What makes synchronous sessions when it is called."""

    scoped: bool = False


@dataclass(frozen=True, slots=True)
class Engine:
    """A synchronous engine."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A synchronous connection."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What `begin()` returns."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The query, `get()` or constructor that an entity comes from."""

    module: Module
    node: ast.Call
    made: bool = False
    """Whether it is a new object, which no query has loaded."""


@dataclass(frozen=True, slots=True)
class Entity:
    """An object of a mapped class."""

    of: Class
    origin: Origin | None = None
    path: tuple[tuple[Class, str], ...] = ()
    """The relations that lead from what the origin has loaded to it."""


@dataclass(frozen=True, slots=True)
class Query:
    """A `session.query(...)`, be it with conditions."""

    places: tuple[Class | None, ...]
    """The mapped class of each thing that it was asked for; None for a column."""
    session: str | None
    """The session as it is written where the query is used; None where that is not known."""
    origin: Origin
    single: bool = True
    """Whether it gives objects instead of rows."""
    distinct: bool = True
    """Whether no object can come twice, since it reads one table alone."""
    one_value: bool = False
    """Whether it has one row with one value at most."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A `select(...)`."""

    places: tuple[Class | None, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Result:
    """What `execute()` or `scalars()` returns."""

    gives: Values = NOTHING


@dataclass(frozen=True, slots=True)
class Many:
    """A collection, or what is iterated over."""

    of: Values = NOTHING
    depth: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", _deeper(self.of))


@dataclass(frozen=True, slots=True)
class Row:
    """A tuple whose places are known."""

    places: tuple[Values, ...]
    depth: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", _deeper(union(self.places)))


@dataclass(frozen=True, slots=True)
class Generated:
    """What a generator function returns."""

    of: Values
    by: Function


@dataclass(frozen=True, slots=True)
class Managed:
    """What a function with `@contextmanager` returns: enters as `of`."""

    of: Values
    by: Function


@dataclass(frozen=True, slots=True)
class Alias:
    """An annotation under a name: objects of it are `of`."""

    of: Values


Value = (
    Outside
    | InModule
    | TheClass
    | TheFunction
    | Instance
    | Foreign
    | Session
    | Factory
    | Engine
    | Connection
    | Transaction
    | Entity
    | Query
    | Statement
    | Result
    | Many
    | Row
    | Generated
    | Managed
    | Alias
)


def only(value: Value) -> Values:
    """One value alone."""
    return Values((value,))


def union(several: Iterable[Values]) -> Values:
    """All values of several, in their order."""
    found = NOTHING
    for values in several:
        found |= values
    return found


def depth_of(value: Value) -> int:
    """How many containers are inside of each other in a value."""
    return value.depth if isinstance(value, Many | Row) else 0


def elements(values: Values) -> Values:
    """What an iteration over values gives."""
    found: list[Value] = []
    for value in values:
        match value:
            case Many(of=of) | Generated(of=of) | Result(gives=of):
                found += of
            case Row(places=places):
                found += union(places)
            case Query() | Statement():
                found += loaded(value)
    return Values(found) if found else NOTHING


def loaded(source: Query | Statement) -> Values:
    """What a query gives: objects, or rows of them."""
    places = tuple(_entity(place, source.origin) for place in source.places)
    if isinstance(source, Query) and source.single:
        return places[0] if places else NOTHING
    return only(Row(places))


def first_place(values: Values) -> Values:
    """The first value of each row, and what is no row as it is."""
    found: list[Value] = []
    for value in values:
        found += (
            (value.places[0] if value.places else NOTHING)
            if isinstance(value, Row)
            else only(value)
        )
    return Values(found) if found else NOTHING


def _deeper(values: Values) -> int:
    return 1 + max(map(depth_of, values), default=0)


def _entity(of: Class | None, origin: Origin) -> Values:
    return NOTHING if of is None else only(Entity(of, origin))


def of_type(values: Values, kind: type[T]) -> list[T]:
    """Those of values that are of one kind."""
    return [value for value in values if isinstance(value, kind)]

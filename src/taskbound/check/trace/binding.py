"""A callee's kinds with the caller's arguments put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    UNKNOWN,
    Collection,
    Context,
    Coroutine,
    Entity,
    Instance,
    Kind,
    MethodRef,
    Parameter,
    Provided,
    Result,
    Row,
    Rows,
    Session,
    SessionFactory,
    Stream,
    Task,
    Transaction,
    is_plain,
)
from taskbound.check.source import is_within

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.source import Source
    from taskbound.check.trace.events import Call
    from taskbound.check.trace.world import World

_DEEPEST = 6
# Of one call: a graph of objects beyond this is somebody's whole application.
_MOST_OBJECTS = 150


def bound_arguments(function: FunctionFacts, call: Call, receiver: Kind | None) -> dict[str, Kind]:
    """Which kind each parameter gets, by name; `self` is the receiver under that name too."""
    values: dict[str, Kind] = {}
    positional = [
        parameter.name for parameter in function.parameters if parameter.how == "positional"
    ]
    if (
        receiver is not None
        and positional
        and function.owner is not None
        and not function.decorated("staticmethod")
    ):
        values["self"] = values[positional.pop(0)] = receiver
    values.update(zip(positional, call.args, strict=False))
    values.update(call.keywords)
    given = getattr(call.target, "given", None)
    if given is not None:  # functools.partial: its own stand first
        first, keywords = given
        values = {
            **values,
            **dict(zip(positional, [*first, *call.args], strict=False)),
            **keywords,
            **call.keywords,
        }
    return values


def at_path(
    values: dict[str, Kind], path: tuple[str, ...], world: World | None = None
) -> Kind | None:
    """What is found from a parameter along attributes: `("self", "repo", "session")`."""
    kind = values.get(path[0])
    for name in path[1:]:
        if isinstance(kind, Instance):
            found = kind.fields.get(name)
            if found is None and world is not None:
                found = world.shape(kind.cls).found(name, world)
            kind = found
        elif isinstance(kind, Collection):
            kind = (kind.keyed or {}).get(name)
        else:
            return None
    return kind


class Substitution:
    """Puts `values` where a callee's kinds speak of its parameters; what the callee opens is new at each
    call.
    """

    def __init__(
        self,
        function: FunctionFacts,
        values: dict[str, Kind],
        node: ast.AST,
        source: Source,
        world: World,
    ) -> None:
        self.function = function
        self.values = values
        self.node = node
        self.source = source
        self.world = world
        self._memo: dict[int, Kind] = {}
        self._objects = 0
        self._owners: set[object] = {function}
        if function.owner is not None:
            self._owners.update(world.project.classes(function.owner))

    def of(self, kind: Kind, depth: int = 0) -> Kind:
        """The kind as the caller sees it."""
        if depth > _DEEPEST:
            return UNKNOWN
        known = self._memo.get(id(kind))
        if known is None:
            rewrite = _REWRITES.get(type(kind))
            known = kind if rewrite is None else rewrite(self, kind, depth + 1)
            self._memo[id(kind)] = known
        return known

    def session(self, kind: Session) -> Session | None:
        """The caller's session behind the callee's; None where it is the callee's own or not known."""
        if kind.path is None or kind.owner not in self._owners:
            return kind if kind.how in ("global", "yielded") or self._of_around(kind) else None
        found = at_path(self.values, kind.path, self.world)
        return found if isinstance(found, Session) else None

    def _of_around(self, kind: Session) -> bool:
        """A nested function speaks of its outer function's sessions as the caller does."""
        return self.function.parent is not None and not (
            kind.how == "opened" and self._within(kind.node)
        )

    def _within(self, node: ast.AST) -> bool:
        return is_within(getattr(node, "lineno", 0), self.function.node)

    def _session(self, kind: Session, depth: int) -> Kind:
        if kind.path is not None and kind.owner in self._owners:
            found = at_path(self.values, kind.path, self.world)
            if found is None and self._is_left_out(kind.path):
                return kind.either(self.node, self.source)
            return kind if found is None or found is UNKNOWN else found
        if kind.how == "opened" and not self._of_around(kind):
            return kind.again(self.node, self.source)
        return kind

    def _is_left_out(self, path: tuple[str, ...]) -> bool:
        """Is it a parameter that is None where the caller gives nothing? What is there then is not his."""
        return len(path) == 1 and path[0] not in self.values and self.function.may_be_none(path[0])

    def _factory(self, kind: SessionFactory, depth: int) -> Kind:
        if kind.path is not None and kind.owner in self._owners:
            found = at_path(self.values, kind.path, self.world)
            return found if isinstance(found, SessionFactory) else kind
        return kind

    def _parameter(self, kind: Parameter, depth: int) -> Kind:
        return self.values.get(kind.name, UNKNOWN) if kind.function is self.function else kind

    def _instance(self, kind: Instance, depth: int) -> Kind:
        if is_plain(kind):
            return kind
        if kind.path is not None:
            found = at_path(self.values, kind.path, self.world)
            if isinstance(found, Instance):
                return found
        self._objects += 1
        if self._objects > _MOST_OBJECTS:
            return UNKNOWN
        made = Instance(kind.cls, {})
        self._memo[id(kind)] = made  # an object may hold itself
        made.fields.update({name: self.of(value, depth) for name, value in kind.fields.items()})
        return made

    def _entity(self, kind: Entity, depth: int) -> Kind:
        session = self._own_session(kind.session, depth)
        return Entity(
            kind.cls,
            statement=kind.statement,
            session=session,
            made=kind.made,
            options=kind.options,
            via=kind.via,
        )

    def _own_session(self, session: Session | None, depth: int) -> Session | None:
        found = None if session is None else self.of(session, depth)
        return found if isinstance(found, Session) else None

    def _rows(self, kind: Rows, depth: int) -> Kind:
        return Rows(
            self.of(kind.of, depth),
            statement=kind.statement,
            session=self._own_session(kind.session, depth),
        )

    def _result(self, kind: Result, depth: int) -> Kind:
        return Result(
            self.of(kind.of, depth), statement=kind.statement, session=self._own_session(kind.session, depth),
            scalars=kind.scalars, unique=kind.unique, streamed=kind.streamed,
        )  # fmt: skip

    def _row(self, kind: Row, depth: int) -> Kind:
        return Row(tuple(self.of(item, depth) for item in kind.of))

    def _collection(self, kind: Collection, depth: int) -> Kind:
        if is_plain(kind):
            return kind
        keyed = (
            None
            if kind.keyed is None
            else {key: self.of(item, depth) for key, item in kind.keyed.items()}
        )
        return Collection(
            [(self.of(item, depth), many) for item, many in kind.items], keyed, kind.node
        )

    def _context(self, kind: Context, depth: int) -> Kind:
        return Context(
            self.of(kind.enters, depth), asynchronous=kind.asynchronous,
            session=self._own_session(kind.session, depth),
            commits=kind.commits, rolls_back=kind.rolls_back, closes=kind.closes, function=kind.function,
            cls=kind.cls,
        )  # fmt: skip

    def _transaction(self, kind: Transaction, depth: int) -> Kind:
        session = self._own_session(kind.session, depth)
        return UNKNOWN if session is None else Transaction(session, nested=kind.nested)

    def _coroutine(self, kind: Coroutine, depth: int) -> Kind:
        return Coroutine(kind.call, self.of(kind.result, depth))

    def _task(self, kind: Task, depth: int) -> Kind:
        return Task(self.of(kind.of, depth), kind.call)

    def _stream(self, kind: Stream, depth: int) -> Kind:
        return Stream(self.of(kind.of, depth), asynchronous=kind.asynchronous, call=kind.call)

    def _method(self, kind: MethodRef, depth: int) -> Kind:
        return MethodRef(self.of(kind.receiver, depth), kind.name)

    def _provided(self, kind: Provided, depth: int) -> Kind:
        return UNKNOWN


_REWRITES: dict[type, Callable[..., Kind]] = {
    Session: Substitution._session, SessionFactory: Substitution._factory, Parameter: Substitution._parameter,
    Instance: Substitution._instance, Entity: Substitution._entity, Rows: Substitution._rows,
    Result: Substitution._result, Row: Substitution._row, Collection: Substitution._collection,
    Context: Substitution._context, Transaction: Substitution._transaction,
    Coroutine: Substitution._coroutine,
    Task: Substitution._task, Stream: Substitution._stream, MethodRef: Substitution._method,
    Provided: Substitution._provided,
}  # fmt: skip

"""No eager load for nothing: a relationship that was loaded with its objects and read on none (TB207).

SQLAlchemy tells nobody that a loaded attribute is read. So the relationships that a watched session has
loaded eagerly get a class of their own, whose `__get__` notes it, and what a statement has loaded is known
to be unused when the last of its objects is gone. That costs each read of those attributes a function call,
and each load of any object another: the watch is off unless it is asked for by its code, and stays for good
in the process then.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary, finalize

from sqlalchemy import event
from sqlalchemy.orm import InstrumentedAttribute, Mapper
from sqlalchemy.orm.path_registry import PathRegistry

from taskbound.errors import UnusedEagerLoad
from taskbound.guard.report import report
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from sqlalchemy.orm import InstanceState, QueryContext, RelationshipProperty

    from taskbound.guard.modes import Modes
    from taskbound.guard.session import GuardedSession
    from taskbound.place import Place

    # An object, the statement that it came with, and which attributes: None for all.
    _Loaded = tuple[InstanceState[Any], QueryContext, Collection[str] | None]

# What loads objects within the call itself, where it is awaited.
_LOADING = ("execute", "scalar", "scalars", "get", "refresh")
# The option for each `lazy=` that is none; SQLAlchemy takes False for "joined".
_OPTIONS: dict[object, str] = {
    "joined": "joinedload",
    False: "joinedload",
    "selectin": "selectinload",
    "subquery": "subqueryload",
    "immediate": "immediateload",
}
# Where `state.info` has them.
_LOADS = "taskbound.eager_loads"
# Places whose loads are read now and then; past that all are forgotten.
_MOST_PLACES = 10_000
_read_at: set[tuple[Place | None, str, str]] = set()


def watch_eager(session: GuardedSession) -> None:
    """Report each eager load of a session that nobody has read by the time its objects are gone."""
    cls = type(session)
    watching = _classes.get(cls)
    if watching is None:
        watching = _classes[cls] = _watching_class(cls)
    session.__class__ = watching


_classes: WeakKeyDictionary[type[GuardedSession], type[GuardedSession]] = WeakKeyDictionary()


def _watching_class(base: type[GuardedSession]) -> type[GuardedSession]:
    _listen()
    methods: dict[str, Any] = {"eager": None, "__module__": __name__}
    methods |= {"_flush": _flush(base), "_merge": _merge(base)}
    methods |= {name: _loading(getattr(base, name), _look) for name in _LOADING}
    return cast("type[GuardedSession]", type(base.__name__, (base,), methods))


@functools.cache
def _listen() -> None:
    event.listen(Mapper, "load", _note_load, raw=True)
    event.listen(Mapper, "refresh", _note_refresh, raw=True)


def _note_load(state: InstanceState[Any], context: QueryContext) -> None:
    _note_refresh(state, context, None)


def _note_refresh(
    state: InstanceState[Any], context: QueryContext | None, names: Iterable[str] | None
) -> None:
    """Keep an object until its statement has run; only then do all of its relationships have a value.

    context: None where SQLAlchemy has taken values over from an UPDATE, which loads nothing.
    """
    loaded = getattr(context.session, "eager", None) if context is not None else None
    if loaded is not None:
        loaded.append((state, context, None if names is None else frozenset(names)))


def _loading(method: Callable[..., Any], look: Callable[..., None]) -> Callable[..., Any]:
    @functools.wraps(method)
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.eager is not None:
            return method(self, *args, **kwargs)
        loaded: list[_Loaded] = []
        self.eager = loaded
        try:
            result = method(self, *args, **kwargs)
        finally:
            self.eager = None
        if loaded:
            look(self, loaded)
        return result

    return watched


def _flush(base: type[GuardedSession]) -> Callable[..., Any]:
    def flush(self: GuardedSession, objects: Any = None) -> None:
        # Who changes or deletes an object may have loaded for that; the unit of work reads past `__get__`.
        for changed in (*self.dirty, *self.deleted):
            loads = _loads_of(changed)
            if loads is not None:
                loads.read_all()
        base._flush(self, objects)

    return flush


def _merge(base: type[GuardedSession]) -> Callable[..., Any]:
    # It reads what it loads, to go on to the objects in it.
    merging = _loading(base._merge, _pass_over)

    def merge(self: GuardedSession, state: InstanceState[Any], *args: Any, **kwargs: Any) -> Any:
        # And it copies what the object came with, as from a cache, past `__get__`.
        loads = _loads_in(state)
        if loads is not None:
            loads.read_all()
        return merging(self, state, *args, **kwargs)

    return merge


class _Tally:
    """What is known of one relationship that one statement has loaded."""

    __slots__ = ("count", "lazy", "modes", "option", "place", "prop", "read", "related")

    def __init__(self, eager: _Eager, place: Place | None, modes: Modes) -> None:
        self.prop, self.lazy, self.option = eager.prop, eager.lazy, eager.by_option
        self.place, self.modes = place, modes
        self.count, self.read = 0, False
        # The identities of the objects in it, while their number is not known.
        self.related: set[int] = set()


class _Load:
    """That which the objects of a load have in common; its end is theirs."""

    __slots__ = ("__weakref__", "tally")

    def __init__(self, tally: _Tally) -> None:
        self.tally = tally


class _Loads(dict[str, _Load]):
    """The loads that an object is of, by relationship."""

    def read_all(self) -> None:
        for load in self.values():
            load.tally.read = True

    def __reduce__(self) -> Any:
        # Who pickles an object hands all of it to somebody else.
        self.read_all()
        return dict, ()


@dataclass(frozen=True, slots=True)
class _Eager:
    prop: RelationshipProperty[Any]
    lazy: object
    by_option: bool


def _pass_over(_session: GuardedSession, _loaded: object) -> None:
    """Nothing."""


def _look(
    session: GuardedSession,
    loaded: list[_Loaded],
) -> None:
    """Find the relationships that came with the objects, and give each a load."""
    known: dict[object, list[_Eager]] = {}
    loads: dict[_Eager, _Load] = {}
    place: list[Place | None] = []
    for state, context, names in loaded:
        path = state.load_path.path
        at = (id(context), path, state.mapper)
        if at not in known:
            known[at] = list(_eager(context, path, state.mapper))
        values = state.dict
        for eager in known[at]:
            key = eager.prop.key
            if key not in values or (names is not None and key not in names):
                continue
            if eager not in loads:
                place = place or [calling_place()]
                loads[eager] = _Load(_Tally(eager, place[0], session.modes))
            _join(state, key, values[key], loads[eager])
    for load in loads.values():
        tally = load.tally
        finalize(load, _tell, tally, len(tally.related)).atexit = False
        tally.related.clear()


def _join(state: InstanceState[Any], key: str, value: Any, load: _Load) -> None:
    loads = state.info.get(_LOADS)
    if not isinstance(loads, _Loads):
        loads = state.info[_LOADS] = _Loads()
    loads[key] = load
    load.tally.count += 1
    load.tally.related.update(map(id, _objects_in(value)))


def _objects_in(value: Any) -> Iterable[object]:
    adapter = getattr(value, "_sa_adapter", None)
    if adapter is not None:
        return cast("Iterable[object]", adapter)
    return () if value is None else (value,)


def _eager(
    context: QueryContext, load_path: tuple[Any, ...], mapper: Mapper[Any]
) -> Iterator[_Eager]:
    """The relationships of a class that a statement loads at once, at one place of its paths."""
    before: tuple[Any, ...] = context.compile_state.current_path.path
    if not load_path and context.refresh_state is not None:
        # An object that no statement has loaded before.
        load_path = (mapper,)
    if load_path[: len(before)] != before or len(load_path) == len(before):
        # An object that came with another statement, and keeps to its options.
        return
    path = PathRegistry.coerce(load_path[len(before) :])
    for prop in mapper.relationships:
        element = prop._get_context_loader(context, path)  # type: ignore[arg-type]  # as SQLAlchemy
        strategy = element.strategy if element is not None else None
        if element is not None and "eager_from_alias" in element.local_opts:
            # contains_eager(): the join is there for more than that.
            continue
        lazy = dict(strategy).get("lazy") if strategy else prop.lazy
        if lazy in _OPTIONS and _watched(mapper, prop.key):
            yield _Eager(prop, lazy, bool(strategy))


def _watched(mapper: Mapper[Any], key: str) -> bool:
    """Have the reads of an attribute noted; False where it has a class that is not SQLAlchemy's own."""
    attribute = mapper.class_manager[key]
    if type(attribute) is InstrumentedAttribute:
        attribute.__class__ = _Watched
    return type(attribute) is _Watched


def _loads_of(instance: object) -> _Loads | None:
    state = getattr(instance, "_sa_instance_state", None)
    return _loads_in(state) if state is not None else None


def _loads_in(state: InstanceState[Any]) -> _Loads | None:
    info = state.__dict__.get("info")
    loads = info.get(_LOADS) if info else None
    return loads if isinstance(loads, _Loads) else None


def _note_read(instance: object, key: str) -> None:
    loads = _loads_of(instance)
    if loads is not None and key in loads:
        loads[key].tally.read = True


_get = InstrumentedAttribute.__get__


class _Watched(InstrumentedAttribute[Any]):
    # An InstrumentedAttribute that notes who reads it.

    __slots__ = ()
    # Each class has to have its own, or would hide that of its base.
    __doc__ = vars(InstrumentedAttribute)["__doc__"]
    inherit_cache = True

    def __get__(self, instance: Any, owner: Any) -> Any:
        state = getattr(instance, "_sa_instance_state", None)
        # Written out, because each read pays for it.
        if state is not None and "info" in state.__dict__:
            loads = state.info.get(_LOADS)
            if loads and self.key in loads:
                loads[self.key].tally.read = True
        return _get(self, instance, owner)

    def __set__(self, instance: object, value: Any) -> None:
        _note_read(instance, self.key)
        super().__set__(instance, value)

    def __delete__(self, instance: object) -> None:
        _note_read(instance, self.key)
        super().__delete__(instance)


def _tell(tally: _Tally, related: int) -> None:
    """Report a load whose objects are gone."""
    entity, key = tally.prop.parent.class_.__name__, tally.prop.key
    at = (tally.place, entity, key)
    if tally.read:
        if len(_read_at) >= _MOST_PLACES:
            _read_at.clear()
        _read_at.add(at)
    elif at not in _read_at:
        error = UnusedEagerLoad(
            entity=entity,
            attribute=key,
            target=tally.prop.mapper.class_.__name__,
            option=_OPTIONS[tally.lazy],
            is_mapped=not tally.option,
            count=tally.count,
            related=related,
            place=tally.place,
        )
        report(error, tally.place, tally.modes, raises=False)

"""Why an attribute of a mapped object is not loaded, and what loads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import ColumnProperty, RelationshipProperty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import InstanceState, Mapper, ORMExecuteState

    from taskbound.guard.discarded import Discard


class Kind(Enum):
    """What sort of absence it is; each has an error of its own."""

    RELATIONSHIP = "relationship"
    EXPIRED = "expired"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Unloaded:
    """The reason why an attribute is not loaded, and the change to the code that cures it."""

    kind: Kind
    reason: str
    cure: str


# Methods that throw away what they are told to.
_ON_REQUEST = frozenset(("expire()", "expire_all()"))


def explain(
    state: InstanceState[Any],
    key: str | None,
    load: ORMExecuteState,
    *,
    discarded_by: Discard | None,
    changed_by: Discard | None,
) -> Unloaded:
    """Why `key` of the object is not loaded.

    `load` is the statement that SQLAlchemy was about to send for it, `discarded_by` what last threw
    the values of whole objects away, and `changed_by` what last changed rows.
    """
    if state.expired:
        return _expired_whole(state, key, discarded_by)
    prop = state.mapper.attrs.get(key) if key else None
    if (
        key in state.expired_attributes
        and _operation(discarded_by) in _ON_REQUEST
        and not _is_deferred(prop)
    ):
        cure = f"reload it: {_refresh(state, key)}"
        return Unloaded(Kind.EXPIRED, f"{discarded_by} threw its value away", cure)
    if isinstance(prop, RelationshipProperty):
        return _lazy(state, prop, load)
    if isinstance(prop, ColumnProperty):
        return _column(state, prop, discarded_by, changed_by)
    return _expired_column(state, key, prop, changed_by)


def _operation(discarded_by: Discard | None) -> str:
    return discarded_by.operation if discarded_by is not None else ""


def _column(
    state: InstanceState[Any],
    prop: ColumnProperty[Any],
    discarded_by: Discard | None,
    changed_by: Discard | None,
) -> Unloaded:
    if discarded_by is None and _is_of_subclass(state.mapper, prop):
        return _subclass_column(state)
    if prop.key in state.expired_attributes and not prop.deferred:
        return _expired_column(state, prop.key, prop, changed_by)
    return _deferred(state, prop)


def _expired_whole(
    state: InstanceState[Any], key: str | None, discarded_by: Discard | None
) -> Unloaded:
    by = f"{discarded_by} threw" if discarded_by else "the session has thrown"
    reload = _refresh(state, key if _is_relationship(state, key) else None)
    cure = f"reload the object first: {reload}"
    operation = _operation(discarded_by)
    if operation == "commit()":
        cure = f"make the session with expire_on_commit=False, or {cure}"
    elif operation == "rollback()":
        cure = f"read it before the rollback, or {cure}"
    return Unloaded(Kind.EXPIRED, f"{by} its values away", cure)


def _expired_column(
    state: InstanceState[Any], key: str | None, prop: object, changed_by: Discard | None
) -> Unloaded:
    reload = _refresh(state, key)
    by = changed_by or "a flush"
    if isinstance(prop, ColumnProperty) and _computed_on_update(prop):
        return Unloaded(
            Kind.EXPIRED,
            f"the database computes it on UPDATE and {by} did not fetch it",
            f'set __mapper_args__ = {{"eager_defaults": True}} on {state.class_.__name__}, '
            f"or reload it: {reload}",
        )
    return Unloaded(
        Kind.EXPIRED, f"{by} has changed it in the database alone", f"reload it: {reload}"
    )


def _subclass_column(state: InstanceState[Any]) -> Unloaded:
    base, entity = state.mapper.base_mapper.class_.__name__, state.class_.__name__
    return Unloaded(
        Kind.DEFERRED,
        f"the query selected only the columns of {base}",
        f"add .options(selectin_polymorphic({base}, [{entity}])) to the statement",
    )


def _deferred(state: InstanceState[Any], prop: ColumnProperty[Any]) -> Unloaded:
    entity = state.class_.__name__
    return Unloaded(
        Kind.DEFERRED,
        "the query left the column out",
        f"add .options(undefer({entity}.{prop.key})) to the statement, "
        f"or load it: {_refresh(state, prop.key)}",
    )


def _lazy(
    state: InstanceState[Any], prop: RelationshipProperty[Any], load: ORMExecuteState
) -> Unloaded:
    if state.insert_order is not None:
        empty = "[]" if prop.uselist else "None"
        return Unloaded(
            Kind.RELATIONSHIP,
            "the object is new in this session and the relationship was never set",
            f"give it to the constructor, {state.class_.__name__}({prop.key}={empty}), "
            f"or load it: {_refresh(state, prop.key)}",
        )
    return Unloaded(
        Kind.RELATIONSHIP,
        "no statement has loaded it",
        f"add .options({_option(prop, load)}) to the statement, "
        f"or load it: {_refresh(state, prop.key)}",
    )


def _option(prop: RelationshipProperty[Any], load: ORMExecuteState) -> str:
    """The loader option for the whole path from the statement's own entity to `prop`."""
    return ".".join(
        f"{'selectinload' if step.uselist else 'joinedload'}({step.parent.class_.__name__}.{step.key})"
        for step in _path(prop, load)
    )


def _path(
    prop: RelationshipProperty[Any], load: ORMExecuteState
) -> Sequence[RelationshipProperty[Any]]:
    path = load.loader_strategy_path
    steps = [step for step in path.path if isinstance(step, RelationshipProperty)] if path else []
    return steps if steps and steps[-1] is prop else [prop]


def _refresh(state: InstanceState[Any], key: str | None) -> str:
    name = state.class_.__name__.lower()
    return f'await session.refresh({name}, ["{key}"])' if key else f"await session.refresh({name})"


def _is_relationship(state: InstanceState[Any], key: str | None) -> bool:
    return key is not None and key in state.mapper.relationships


def _is_deferred(prop: object) -> bool:
    return isinstance(prop, ColumnProperty) and prop.deferred


def _computed_on_update(prop: ColumnProperty[Any]) -> bool:
    return any(
        getattr(column, name, None) is not None
        for column in prop.columns
        for name in ("onupdate", "server_onupdate", "computed")
    )


def _is_of_subclass(mapper: Mapper[Any], prop: ColumnProperty[Any]) -> bool:
    """Whether a column is a subclass's own, which a query for the base class leaves out."""
    return not prop.deferred and prop.key not in mapper.base_mapper.column_attrs

"""A plan as a tree of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from taskbound.plan.criterion import applied
from taskbound.plan.plans import Aggregate, Column, Empty, Many, One, Part, Plan
from taskbound.shape import Keyed

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper


def explained(plan: Plan) -> str:
    """What `Plan.explain()` returns."""
    return "\n".join([_head(plan), *_branches(plan)])


def _branches(plan: Plan) -> Iterator[str]:
    fields = [
        *_told(plan),
        *((f"{name}: its default", None) for name in plan.defaults),
        *_variants(plan),
    ]
    for number, (text, below) in enumerate(fields, 1):
        last = number == len(fields)
        yield f"{'└──' if last else '├──'} {text}"
        for line in _branches(below) if below else ():
            yield f"{'   ' if last else '│  '} {line}"


def _told(plan: Plan) -> Iterator[tuple[str, Plan | None]]:
    for part in plan.parts:
        below = part.plan if isinstance(part, One | Many) else None
        yield f"{part.field}: {_filled(plan, part)}", below


def _variants(plan: Plan) -> Iterator[tuple[str, Plan]]:
    plans = dict.fromkeys(variant.plan for variant in plan.variants)
    for below in plans:
        identities = (variant.identity for variant in plan.variants if variant.plan is below)
        yield f"{', '.join(map(repr, identities))}: {_head(below)}", below


def _filled(plan: Plan, part: Part) -> str:
    match part:
        case One():
            return f"{_head(part.plan)}, joined by {_dotted(plan, part.path)}"
        case Many():
            return _of_many(plan, part)
        case Column():
            return _of_column(plan, part)
        case Aggregate():
            return _of_aggregate(plan, part)
        case Empty():
            return "empty on the last level"


def _of_column(plan: Plan, column: Column) -> str:
    if column.expression is not None:
        return f"{_sql(column.expression, column.mapper)} {column.type!r}"
    return f"{_source(column)} {column.type!r}{_through(plan, column)}"


def _of_many(plan: Plan, many: Many) -> str:
    told = f"{_container(many)} of {_head(many.plan)}, children by {_source(many)}"
    other = many.plan.mapper
    limited = [f", at most {many.limit:,}"] if many.limit is not None else []
    levels = [", down to the last level"] if many.recursive else []
    return "".join(
        [
            told,
            _through(plan, many),
            *_listed(", where", many.where, other),
            *_listed(", ordered by", many.order_by, other),
            *limited,
            *levels,
        ]
    )


def _of_aggregate(plan: Plan, part: Aggregate) -> str:
    relation = part.mapper.relationships[part.path[-1]]
    other = relation.mapper
    over = f"{other.class_.__name__}.{part.attribute} by " if part.attribute else ""
    where = () if part.where is None else _listed(", where", (part.where,), other)
    told = f"{part.function.value} of {over}{_source(part)} {part.type!r}"
    return "".join([told, _through(plan, part), *where])


def _listed(before: str, criteria: tuple[Any, ...], mapper: Mapper[Any]) -> Iterator[str]:
    if criteria:
        yield f"{before} {', '.join(_sql(criterion, mapper) for criterion in criteria)}"


def _sql(criterion: Any, mapper: Mapper[Any]) -> str:
    return " ".join(str(applied(criterion, mapper.class_)).split())


def _source(part: Column | Many | Aggregate) -> str:
    return f"{part.mapper.class_.__name__}.{part.path[-1]}"


def _through(plan: Plan, part: Column | Many | Aggregate) -> str:
    return f", joined by {_dotted(plan, part.path[:-1])}" if len(part.path) > 1 else ""


def _head(plan: Plan) -> str:
    head = f"{plan.shape.name} from {plan.mapper.class_.__name__}"
    return head if plan.discriminator is None else f"{head} by {plan.discriminator}"


def _dotted(plan: Plan, relations: tuple[str, ...]) -> str:
    return ".".join((plan.mapper.class_.__name__, *relations))


def _container(many: Many) -> str:
    if isinstance(many.content, Keyed):
        return f"dict by {many.content.key}"
    return many.content.container.__name__

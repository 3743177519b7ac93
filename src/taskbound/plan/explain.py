"""A plan as a tree of text."""

from __future__ import annotations

from collections.abc import Iterator

from taskbound.plan.plans import Column, Many, One, Part, Plan
from taskbound.shape import Keyed


def explained(plan: Plan) -> str:
    """What `Plan.explain()` returns."""
    return "\n".join([_head(plan), *_branches(plan)])


def _branches(plan: Plan) -> Iterator[str]:
    fields = [*_told(plan), *((f"{name}: its default", None) for name in plan.defaults)]
    for number, (text, below) in enumerate(fields, 1):
        last = number == len(fields)
        yield f"{'└──' if last else '├──'} {text}"
        for line in _branches(below) if below else ():
            yield f"{'   ' if last else '│  '} {line}"


def _told(plan: Plan) -> Iterator[tuple[str, Plan | None]]:
    for part in plan.parts:
        below = None if isinstance(part, Column) else part.plan
        yield f"{part.field}: {_filled(plan, part)}", below


def _filled(plan: Plan, part: Part) -> str:
    if isinstance(part, One):
        return f"{_head(part.plan)}, joined by {_dotted(plan, part.path)}"
    through = f", joined by {_dotted(plan, part.path[:-1])}" if len(part.path) > 1 else ""
    source = f"{part.mapper.class_.__name__}.{part.path[-1]}"
    if isinstance(part, Many):
        return f"{_container(part)} of {_head(part.plan)}, children by {source}{through}"
    return f"{source} {part.type!r}{through}"


def _head(plan: Plan) -> str:
    return f"{plan.shape.name} from {plan.mapper.class_.__name__}"


def _dotted(plan: Plan, relations: tuple[str, ...]) -> str:
    return ".".join((plan.mapper.class_.__name__, *relations))


def _container(many: Many) -> str:
    if isinstance(many.content, Keyed):
        return f"dict by {many.content.key}"
    return many.content.container.__name__

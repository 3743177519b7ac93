"""The plain reading of a layout: one instruction after the other. What generated functions have to equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from taskbound.assemble.construction import goes_by_name, is_made_by_holder
from taskbound.plan.layout import Batched, Choice, Fixed, Inline, Single, Value
from taskbound.shape import Form, Keyed

if TYPE_CHECKING:
    from taskbound.plan.layout import Batches, Instruction, Layout, Rows
    from taskbound.shape import Listed


def interpreted(layout: Layout | Choice) -> Callable[[Rows, Batches], list[Any]]:
    """A function from rows, and the children that batches have read, to DTOs."""
    return lambda rows, batches: [_made(layout, row, batches) for row in rows]


def _made(layout: Layout | Choice, row: Sequence[Any], batches: Batches) -> Any:
    if isinstance(layout, Choice):
        told = layout.discriminator
        return _made(dict(layout.options)[_scalar(told, row[told.index])], row, batches)
    return _construct(layout, _values(layout, row, batches))


def _construct(layout: Layout, values: dict[str, Any]) -> Any:
    shape = layout.shape
    if shape.form is not Form.VALIDATED:
        return shape.make(**values)
    if goes_by_name(layout) and shape.make_by_name is not None:
        return shape.make_by_name(values)
    return shape.make(values)


def _values(layout: Layout, row: Sequence[Any], batches: Batches) -> dict[str, Any]:
    return {
        instruction.field: _value(layout, instruction, row, batches)
        for instruction in layout.instructions
    }


def _value(layout: Layout, instruction: Instruction, row: Sequence[Any], batches: Batches) -> Any:
    match instruction:
        case Value():
            return _present(instruction, row)
        case Fixed():
            return instruction.make()
        case Single():
            if _is_absent(instruction, row):
                return None
            return _maker(layout, instruction)(instruction.layout, row, batches)
        case Inline():
            cell = row[instruction.index]
            rows = instruction.decode(cell) if instruction.decode else cell
            make = _maker(layout, instruction)
            children = [make(instruction.layout, child, ()) for child in rows]
            return _collected(instruction.content, children)
        case Batched():
            key = tuple(row[index] for index in instruction.keys)
            children = batches[instruction.slot].get(key[0] if len(key) == 1 else key, [])
            return _collected(instruction.content, children)


def _is_absent(instruction: Value | Single, row: Sequence[Any]) -> bool:
    return instruction.presence is not None and row[instruction.presence] is None


def _present(instruction: Value, row: Sequence[Any]) -> Any:
    if _is_absent(instruction, row):
        return None
    return _scalar(instruction, row[instruction.index])


def _maker(holder: Layout, instruction: Single | Inline) -> Callable[..., Any]:
    return _values if is_made_by_holder(holder.shape, instruction) else _made


def _scalar(instruction: Value, value: Any) -> Any:
    if instruction.decode is not None and value is not None:
        value = instruction.decode(value)
    return instruction.convert(value) if instruction.convert else value


def _collected(content: Listed | Keyed, children: list[Any]) -> Any:
    if isinstance(content, Keyed):
        return {_member(child, content.key): child for child in children}
    return content.container(children)


def _member(child: Any, name: str) -> Any:
    return child[name] if isinstance(child, dict) else getattr(child, name)

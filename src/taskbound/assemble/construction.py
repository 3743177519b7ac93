"""Which objects are made by themselves, and which Pydantic makes while it checks the one that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.plan.layout import Inline, Layout, Single
from taskbound.shape import Form, Keyed, Taking

if TYPE_CHECKING:
    from taskbound.shape import Shape


def is_made_by_holder(holder: Shape, instruction: Single | Inline) -> bool:
    """Whether the holder's own check makes the objects of a field, when it is given dicts of their values.

    One call then makes the whole. A container that Pydantic would read lazily or in no order, and a field
    that the author's own code looks at first, get objects.
    """
    if holder.form is not Form.VALIDATED or instruction.layout.shape.form is not Form.VALIDATED:
        return False
    field = holder.field(instruction.field)
    if field is None or field.taking is Taking.FREELY:
        return False
    if isinstance(instruction, Single) or isinstance(instruction.content, Keyed):
        return True
    return instruction.content.container in {list, tuple}


def goes_by_name(layout: Layout) -> bool:
    """Whether an alias of a field, at any depth that one check covers, has to be passed over."""
    if layout.shape.by_name:
        return True
    held = (
        instruction.layout
        for instruction in layout.instructions
        if isinstance(instruction, Single | Inline) and is_made_by_holder(layout.shape, instruction)
    )
    return any(isinstance(below, Layout) and goes_by_name(below) for below in held)

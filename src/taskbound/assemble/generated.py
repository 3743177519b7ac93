"""A function written for one layout: a single expression, with nothing left to decide for a row.

`inspect.getsource` shows it. It equals what `interpreted` makes of the same layout.
"""

from __future__ import annotations

import itertools
import linecache
import weakref
from collections.abc import Callable, Iterable, Iterator
from keyword import iskeyword
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from taskbound.assemble.construction import goes_by_name, is_made_by_holder
from taskbound.plan.layout import UNSURE, Batched, Choice, Fixed, Inline, Layout, Single, Value
from taskbound.shape import Form, Keyed

if TYPE_CHECKING:
    from taskbound.plan.layout import Batches, Instruction, Rows
    from taskbound.shape import Listed, Shape

_numbers = itertools.count(1)
_INDENT = "    "
# List comprehensions inside each other in one function: from 21 on CPython 3.12 and 3.13 break down.
_DEEPEST = 10
# How the names begin that the function has of its own.
_OWN = ("row", "batches", "assemble", "children", "cell", "sure")


def generated(layout: Layout | Choice) -> Callable[[Rows, Batches], list[Any]]:
    """A function from rows, and the children that batches have read, to DTOs."""
    writer = _Writer()
    expression = writer.each(layout, "rows")
    source = "\n".join(
        [
            *writer.functions,
            "def assemble(rows, batches):",
            f'{_INDENT}"""{_plain(layout.shape.name)} of rows."""',
            f"{_INDENT}return {expression}",
            "",
        ]
    )
    name = f"<taskbound assembles {_plain(layout.shape.name)} {next(_numbers)}>"
    # For tracebacks and `inspect.getsource`.
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace = writer.names
    exec(compile(source, name, "exec"), namespace)  # noqa: S102  # built of names, never of values
    assemble: Callable[[Rows, Batches], list[Any]] = namespace["assemble"]
    # A program may compile without end, and keeps only the readings used last.
    weakref.finalize(assemble, linecache.cache.pop, name, None)
    return assemble


class _Writer:
    """Writes the expression, and keeps the objects that it names."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "taskbound.assemble"}
        self.functions: list[str] = []
        """Lines above the function itself: one function for each DTO of a union."""
        self._depth = 0
        self._sure: dict[Any, str] = {}
        """By a decoder of values: the variable with what decodes those of the cell that is written."""

    def each(
        self, layout: Layout | Choice, rows: str, *, as_dict: bool = False, within: str = ""
    ) -> str:
        """A list of one object for each row.

        within: clauses before the one that goes through the rows.
        """
        if self._depth == _DEEPEST:
            return self._apart(layout, rows, as_dict=as_dict)
        self._depth += 1
        row = f"row{self._depth}"
        if as_dict and isinstance(layout, Layout):
            made = self._values(layout, row)
        else:
            made = self._made(layout, row)
        self._depth -= 1
        return f"[{made} {within}for {row} in {rows}]"

    def _apart(self, layout: Layout | Choice, rows: str, *, as_dict: bool) -> str:
        """The same as a call of a function of its own."""
        outside, self._depth, self._sure = (self._depth, self._sure), 0, {}
        expression = self.each(layout, "rows", as_dict=as_dict)
        self._depth, self._sure = outside
        name = self._name(object(), "children")
        self.functions += [
            f"def {name}(rows, batches):",
            f"{_INDENT}return {expression}",
            "",
            "",
        ]
        return f"{name}({rows}, batches)"

    def _made(self, layout: Layout | Choice, row: str) -> str:
        if isinstance(layout, Choice):
            return self._chosen(layout, row)
        shape = layout.shape
        if shape.form is Form.MAPPING:
            return self._values(layout, row)
        if shape.form is Form.VALIDATED:
            by_name = goes_by_name(layout) and shape.make_by_name is not None
            make = shape.make_by_name if by_name else shape.make
            return f"{self._name(make, shape.name)}({self._values(layout, row)})"
        return f"{self._name(shape.make, shape.name)}({self._arguments(layout, row)})"

    def _chosen(self, choice: Choice, row: str) -> str:
        """A call of the function that the discriminator names."""
        makers: dict[int, str] = {}
        pairs = []
        outside, self._sure = self._sure, {}
        for number, (identity, layout) in enumerate(choice.options):
            if id(layout) not in makers:
                name = self._name(object(), f"make_{layout.shape.name}")
                made = self._made(layout, "row")
                self.functions += [f"def {name}(row, batches):", f"{_INDENT}return {made}", "", ""]
                makers[id(layout)] = name
            pairs.append(f"{self._name(identity, f'identity_{number}')}: {makers[id(layout)]}")
        makers_of = self._name(object(), "make_by_identity")
        self.functions += [f"{makers_of} = {{{', '.join(pairs)}}}", "", ""]
        self._sure = outside
        told = choice.discriminator
        kind = self._scalar(told, f"{row}[{told.index}]")
        return f"{makers_of}[{kind}]({row}, batches)"

    def _values(self, layout: Layout, row: str) -> str:
        pairs = (f"{i.field!r}: {self._value(layout, i, row)}" for i in layout.instructions)
        return f"{{{', '.join(pairs)}}}"

    def _arguments(self, layout: Layout, row: str) -> str:
        positional = layout.shape.form is Form.POSITIONAL
        fields = [field.name for field in layout.shape.fields]
        written = []
        for place, instruction in enumerate(layout.instructions):
            value = self._value(layout, instruction, row)
            positional = positional and fields[place] == instruction.field
            written.append(value if positional else _argument(instruction.field, value))
        return ", ".join(written)

    def _value(self, layout: Layout, instruction: Instruction, row: str) -> str:
        match instruction:
            case Value():
                value = self._scalar(instruction, f"{row}[{instruction.index}]")
                return _if_present(instruction.presence, row, value)
            case Fixed():
                return f"{self._name(instruction.make, instruction.field)}()"
            case Single():
                return self._single(layout.shape, instruction, row)
            case Inline():
                return self._inline(layout.shape, instruction, row)
            case Batched():
                keys = ", ".join(f"{row}[{index}]" for index in instruction.keys)
                key = keys if len(instruction.keys) == 1 else f"({keys})"
                found = f"batches[{instruction.slot}].get({key}, ())"
                return self._collected(instruction.content, found, is_list=False)

    def _scalar(self, instruction: Value, value: str) -> str:
        if instruction.decode is not None:
            decode = self._sure.get(instruction.decode) or self._decoder(instruction)
            value = f"None if {value} is None else {decode}({value})"
        if instruction.convert is None:
            return f"({value})" if instruction.decode else value
        return f"{self._name(instruction.convert, f'convert_{instruction.field}')}({value})"

    def _single(self, holder: Shape, single: Single, row: str) -> str:
        if isinstance(single.layout, Layout) and is_made_by_holder(holder, single):
            made = self._values(single.layout, row)
        else:
            made = self._made(single.layout, row)
        return _if_present(single.presence, row, made)

    def _decoder(self, value: Value) -> str:
        return self._name(value.decode, f"decode_{value.field}")

    def _inline(self, holder: Shape, inline: Inline, row: str) -> str:
        rows, within = f"{row}[{inline.index}]", ""
        as_dict = is_made_by_holder(holder, inline)
        if inline.decode is not None:
            values = {value.decode: value for value in _unsure(inline.layout)}
            cell = f"cell{self._depth}" if values else rows
            within = f"for cell{self._depth} in ({rows},) " if values else ""
            for value in values.values():
                within += self._sure_clause(value, cell)
            rows = f"{self._name(inline.decode, f'decode_{inline.field}')}({cell})"
        children = self.each(inline.layout, rows, as_dict=as_dict, within=within)
        if inline.decode is not None:
            self._sure = {}
        return self._collected(inline.content, children, is_list=True)

    def _sure_clause(self, value: Value, cell: str) -> str:
        """A clause that chooses what decodes a value, once for the whole cell."""
        name = self._sure[value.decode] = f"sure{len(self._sure) + 1}"
        sure = self._name(value.sure, f"sure_{value.field}")
        return f"for {name} in ({sure} if {UNSURE!r} not in {cell} else {self._decoder(value)},) "

    def _collected(self, content: Listed | Keyed, children: str, *, is_list: bool) -> str:
        if isinstance(content, Keyed):
            return f"{self._name(_keyed(content.key), f'by_{content.key}')}({children})"
        if content.container is list and is_list:
            return children
        return f"{self._name(content.container, content.container.__name__)}({children})"

    def _name(self, value: Any, wanted: str) -> str:
        """A name for an object that the expression uses: what it is called, with a number if need be."""
        plain = _plain(wanted)
        if not plain.isidentifier() or iskeyword(plain) or plain.startswith(_OWN):
            plain = f"_{plain}"
        name, number = plain, 1
        while self.names.setdefault(name, value) is not value:
            number += 1
            name = f"{plain}_{number}"
        return name


def _unsure(layout: Layout | Choice) -> Iterator[Value]:
    """The values in rows of a cell that decode faster where the whole cell is known to be sure."""
    if isinstance(layout, Choice):
        return
    for instruction in layout.instructions:
        match instruction:
            case Value() if instruction.sure is not None:
                yield instruction
            case Single() | Inline():
                yield from _unsure(instruction.layout)


def _plain(name: str) -> str:
    """A DTO's name as text that can mean nothing in source: such a name may be any text at all."""
    return "".join(found if found.isascii() and found.isalnum() else "_" for found in name)


def _if_present(presence: int | None, row: str, made: str) -> str:
    return made if presence is None else f"(None if {row}[{presence}] is None else {made})"


def _argument(field: str, value: str) -> str:
    if field.isidentifier() and not iskeyword(field):
        return f"{field}={value}"
    return f"**{{{field!r}: {value}}}"


def _keyed(name: str) -> Callable[[Iterable[Any]], dict[Any, Any]]:
    attribute = attrgetter(name)

    def by_key(children: Iterable[Any]) -> dict[Any, Any]:
        return {
            child[name] if isinstance(child, dict) else attribute(child): child
            for child in children
        }

    return by_key

"""`await` before calls, `async` before blocks and loops."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from taskbound.migrate.colour import consumed
from taskbound.migrate.values import Generated, Instance, Managed, of_type
from taskbound.migrate.waiting import How, Wait

if TYPE_CHECKING:
    from taskbound.migrate.rewrite.rewriting import Rewriting


class Waits:
    """The places of one file that wait."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting
        self._module = rewriting.module
        self._text = rewriting.text
        self._edits = rewriting.edits

    def apply(self, waits: list[Wait]) -> None:
        """Change all of them but queries and schemas, which have files of their own."""
        for wait in waits:
            match wait.how, wait.node:
                case How.CALL, ast.Call() as call:
                    self._call(call)
                case How.INSIDE, ast.Call() as call:
                    self._inside(call)
                case How.BLOCK, ast.With() as block:
                    self._block(block)
                case How.LOOP, ast.For() as loop:
                    self._edits.insert(self._text.span(loop).start, "async ")
                case How.LOOP, ast.comprehension() as loop:
                    self._comprehension(loop)
            self._as_list(wait)

    def _call(self, call: ast.Call) -> None:
        if not self._rewriting.is_placed(call):
            self._rewriting.leave(call, "this call is inside an f-string: give it a name before")
            return
        match call.func:
            case ast.Name(id="next") if self._takes_generator(call):
                self._edits.replace(*self._text.span(call.func), "anext")
        self._rewriting.wait(call)

    def _takes_generator(self, call: ast.Call) -> bool:
        return any(of_type(self._rewriting.inference.of(each), Generated) for each in call.args)

    def _inside(self, call: ast.Call) -> None:
        """`session.bulk_save_objects(rows)` is a method of the session inside."""
        assert isinstance(call.func, ast.Attribute)
        session = call.func.value
        name = self._rewriting.imports.free("inside")
        self._edits.replace(*self._text.span(session), name)
        self._rewriting.wait(call, f"{self._text.of(session)}.run_sync(lambda {name}: ", ")")

    def _block(self, block: ast.With) -> None:
        waiting = [self._is_entered(item.context_expr) for item in block.items]
        start = self._text.span(block).start
        if all(waiting):
            self._edits.insert(start, "async ")
        elif not self._split(block, waiting):
            self._rewriting.leave(
                block,
                "some of these context managers are asynchronous: write a `with` for each kind",
            )

    def _split(self, block: ast.With, waiting: list[bool]) -> bool:
        """A `with` inside of another, since one takes context managers of one kind."""
        depth, indentation = 0, self._rewriting.indentation(block.lineno)
        seams = []
        for (before, after), (waits, next_waits) in zip(
            pairwise(block.items), pairwise(waiting), strict=True
        ):
            last = before.optional_vars or before.context_expr
            seam = self._text.span(last).end, self._text.span(after.context_expr).start
            if self._text.source[slice(*seam)].strip() != ",":
                return False
            if waits != next_waits:
                depth += 1
                opening = "async with " if next_waits else "with "
                seams.append((*seam, f":\n{indentation}{'    ' * depth}{opening}"))
        if block.body[0].lineno == block.lineno:
            return False
        for start, end, text in seams:
            self._edits.replace(start, end, text)
        if waiting[0]:
            self._edits.insert(self._text.span(block).start, "async ")
        header = block.items[-1].optional_vars or block.items[-1].context_expr
        first = (header.end_lineno or header.lineno) + 1
        self._rewriting.indent(first, block.end_lineno or first, "    " * depth)
        return True

    def _is_entered(self, context: ast.expr) -> bool:
        colour = self._rewriting.colour
        values = self._rewriting.inference.of(context)
        if colour.waiting.is_block(values):
            return True
        if any(each.by in colour.functions for each in of_type(values, Managed)):
            return True
        bases = self._rewriting.inference.names.bases
        return any(
            not colour.blocks.isdisjoint(bases(each.of)) for each in of_type(values, Instance)
        )

    def _comprehension(self, loop: ast.comprehension) -> None:
        target = self._text.span(loop.target).start
        keyword = self._text.source.rindex("for", 0, target)
        self._edits.insert(keyword, "async ")

    def _as_list(self, wait: Wait) -> None:
        """A generator expression that would be an asynchronous one is made a list."""
        for outer in self._module.above(wait.node):
            if isinstance(outer, ast.stmt):
                return
            if isinstance(outer, ast.GeneratorExp) and consumed(outer, self._module):
                if self._rewriting.colour.is_iterated_first(wait.node, outer):
                    continue
                start, end = self._text.span(outer)
                if self._text.source[start] == "(":
                    self._edits.replace(start, start + 1, "([")
                    self._edits.replace(end - 1, end, "])")

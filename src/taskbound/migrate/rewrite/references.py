"""Coroutine functions and queries that are handed to others, who may call them as they were."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.migrate.values import Outside, Query, TheFunction, of_type
from taskbound.migrate.vocabulary import LISTENERS, TAKES_COROUTINE_FUNCTIONS

if TYPE_CHECKING:
    from taskbound.migrate.rewrite.rewriting import Rewriting

# Methods of applications and of task groups that take coroutine functions.
_TAKE = frozenset(
    {"add_api_route", "add_event_handler", "add_route", "add_task", "create_task", "gather", "run"}
)
_OTHERS = ("sqlalchemy.", "builtins.", "sqlmodel.")


class References:
    """What one file hands to others."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting

    def apply(self) -> None:
        """Note each place that a person has to look at."""
        for node in self._rewriting.module.nodes:
            if isinstance(node, ast.Call):
                for given in (*node.args, *(each.value for each in node.keywords)):
                    self._function(node, given)
                    self._query(node, given)

    def _function(self, call: ast.Call, given: ast.expr) -> None:
        colour = self._rewriting.colour
        values = of_type(self._rewriting.inference.of(given), TheFunction)
        made = [each.of for each in values if each.of in colour.functions]
        if not isinstance(given, ast.Name | ast.Attribute) or not made:
            return
        callee = self._callee(call)
        if callee is None or callee.startswith(TAKES_COROUTINE_FUNCTIONS) or callee in LISTENERS:
            return
        if isinstance(call.func, ast.Attribute) and call.func.attr in _TAKE:
            return
        self._rewriting.leave(
            given,
            f"`{made[0].name}` is a coroutine function now, and `{self._written(call)}` gets it as "
            "a function: await it yourself",
        )

    def _query(self, call: ast.Call, given: ast.expr) -> None:
        if not of_type(self._rewriting.inference.of(given), Query):
            return
        callee = self._callee(call)
        if callee and not callee.startswith(_OTHERS):
            self._rewriting.leave(
                given, f"`{self._written(call)}` gets a Select here, where it got a Query"
            )

    def _callee(self, call: ast.Call) -> str | None:
        """Whom a call is of, where that is not the project; empty where it is not known."""
        values = self._rewriting.inference.of(call.func)
        if outside := of_type(values, Outside):
            return outside[0].name
        return None if values else ""

    def _written(self, call: ast.Call) -> str:
        return " ".join(self._rewriting.text.of(call.func).split())

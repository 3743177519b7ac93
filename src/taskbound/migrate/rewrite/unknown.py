"""Calls of which nobody knows what they are called on, and which may have to wait: told, never guessed."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from taskbound.migrate.fixtures import is_test
from taskbound.migrate.values import Foreign, Outside, TheFunction, of_type
from taskbound.migrate.vocabulary import QUERY_LINKS, QUERY_TERMINALS, SESSION_AWAITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.migrate.colour import Colour
    from taskbound.migrate.module import Function
    from taskbound.migrate.rewrite.rewriting import Rewriting

# What hardly anything but a session has.
_OF_SESSIONS = frozenset({"commit", "query", "rollback"})
_SESSION_NAME = re.compile(r"(?:^|_)(?:db|dbsession|sess|session)$", re.IGNORECASE)
# What hardly anything but a query has.
_OF_QUERIES = frozenset({"filter", "filter_by", "order_by", "outerjoin", "with_entities"})
# What dictionaries, lists, texts and files have as well.
_COMMON = frozenset(name for kind in (dict, list, set, str) for name in dir(kind)) | {
    "close",
    "flush",
    "read",
    "write",
}
# Classes that call nothing of theirs, or take coroutine functions.
_AWAITING = (
    "abc.",
    "builtins.",
    "enum.",
    "fastapi.",
    "pydantic.",
    "sqlalchemy.",
    "sqlmodel.",
    "starlette.",
    "typing.",
    "typing_extensions.",
)
_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "prepare", "put"})
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_LITERAL = ast.Constant | ast.JoinedStr | ast.Dict | ast.List | ast.Set | ast.Tuple


class Unknown:
    """The calls of a project that may have to wait, as far as their names tell."""

    def __init__(self, colour: Colour) -> None:
        self._colour = colour
        self._inference = colour.inference
        self._methods: dict[str, list[Function]] = defaultdict(list)
        for module in self._inference.modules:
            for function in module.functions.values():
                if function in colour.functions and function.enclosing is None:
                    self._methods[function.name].append(function)

    def tell(self, rewriting: Rewriting) -> None:
        """Note each such call of one file."""
        for function in rewriting.module.functions.values():
            if base := self._base_that_calls(function):
                rewriting.leave(
                    function.node,
                    f"`{function.qualified}` is a coroutine function now: if `{base}` has one of that "
                    "name, see that who calls it awaits it",
                )
        for node in rewriting.module.nodes:
            if isinstance(node, ast.Call):
                for reason in self._reasons(node, rewriting):
                    rewriting.leave(node, reason)

    def _reasons(self, call: ast.Call, rewriting: Rewriting) -> Iterator[str]:
        module = rewriting.module
        if isinstance(module.parent(call), ast.Await):
            return
        if call in self._colour.waits:
            yield from self._different(call)
        elif (
            isinstance(call.func, ast.Attribute)
            and self._is_unknown(call.func.value)
            and not self._inference.is_listener(module.function_of(call))
        ):
            written = " ".join(rewriting.text.of(call.func.value).split())
            yield from self._about(call, call.func, written)
        elif isinstance(call.func, ast.Name) and not self._inference.of(call.func):
            named = self._methods.get(call.func.id, ())
            if any(each.owner is None and _takes(each, call) for each in named):
                yield (
                    f"where this `{call.func.id}` comes from is not known, and a function of that name "
                    "is a coroutine function now: await it if that is called here"
                )

    def _base_that_calls(self, function: Function) -> str:
        """A class of others that may call a method that nobody in the project calls; empty for none."""
        owner, names = function.owner, self._inference.names
        if owner is None or function not in self._colour.functions or function.name[:1] == "_":
            return ""
        entries = self._colour.entries
        if self._colour.is_used(function) or is_test(function) or entries.is_unit_test(owner):
            return ""
        bases = (
            names.outside(each.value if isinstance(each, ast.Subscript) else each, of.module)
            for of in names.bases(owner)
            for each in of.node.bases
        )
        awaits = _AWAITING + (("tornado.",) if function.name in _VERBS else ())
        return next((each for each in bases if each and not each.startswith(awaits)), "")

    def _different(self, call: ast.Call) -> Iterator[str]:
        """What is called is one function here and another one there, and not all of them wait."""
        called = [each.of for each in of_type(self._inference.of(call.func), TheFunction)]
        plain = [f for f in called if not f.is_async and f not in self._colour.functions]
        waiting = [each for each in called if each in self._colour.functions]
        if plain and waiting:
            yield (
                f"`{waiting[0].qualified}` is a coroutine function now and `{plain[0].qualified}` is "
                "none, and this can call either: make both the same"
            )

    def _is_unknown(self, receiver: ast.expr) -> bool:
        if isinstance(receiver, _LITERAL):
            return False
        return all(
            isinstance(value, Foreign | Outside) and _is_no_class(value.name)
            for value in self._inference.of(receiver)
        )

    def _about(self, call: ast.Call, func: ast.Attribute, written: str) -> Iterator[str]:
        name, last = func.attr, _last_word(func.value)
        known = bool(self._inference.of(func.value))
        if name in (SESSION_AWAITS | {"query"}) and (
            _SESSION_NAME.search(last) or (name in _OF_SESSIONS and not known)
        ):
            yield (
                f"where `{written}` comes from is not known: if it is a session, "
                f"{_instead(name)}, or annotate it before you migrate"
            )
        elif name in QUERY_TERMINALS and self._is_query(func.value):
            yield (
                "where this query comes from is not known: if it is one, send it as "
                "`await session.scalars(...)`, or annotate its session before you migrate"
            )
        else:
            for method in self._fitting(call, func, last)[:1]:
                yield (
                    f"where `{written}` comes from is not known, and `{method.qualified}` is a "
                    "coroutine function now: await it if that is called here, or annotate "
                    f"`{written}` before you migrate"
                )

    def _is_query(self, value: ast.expr) -> bool:
        """Whether a chain of calls has a link that only queries have, and begins with what is not known."""
        links: list[str] = []
        while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            links.append(value.func.attr)
            value = value.func.value
        from_query = (
            any(link in _OF_QUERIES for link in links)
            and _SESSION_NAME.search(_last_word(value)) is None
        )
        return from_query and QUERY_LINKS.keys() >= set(links) and not self._inference.of(value)

    def _fitting(self, call: ast.Call, func: ast.Attribute, last: str) -> list[Function]:
        fitting = [each for each in self._methods.get(func.attr, ()) if _takes(each, call)]
        related = [each for each in fitting if each.owner and _are_related(last, each.owner.name)]
        is_told = func.attr not in _COMMON and not self._inference.of(func.value)
        return related or (fitting if is_told else [])


def _is_no_class(name: str) -> bool:
    """Whether an object of others is one of which its name does not tell the class, as `flask.g.db`."""
    return not name.rpartition(".")[2][:1].isupper() and not name.startswith("builtins.")


def _instead(name: str) -> str:
    return "write the statement with select()" if name == "query" else "await this"


def _last_word(expression: ast.expr) -> str:
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            return _last_word(func)
    return ""


def _takes(method: Function, call: ast.Call) -> bool:
    """Whether a method can be called with the arguments of a call."""
    if any(isinstance(each, ast.Starred) for each in call.args):
        return True
    arguments = method.node.args
    positional = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    positional = positional[0 if method.owner is None else 1 :]
    required = positional[: max(0, len(positional) - len(arguments.defaults))]
    named = {each.arg for each in call.keywords}
    if len(call.args) > len(positional) and arguments.vararg is None:
        return False
    if None in named:
        return True
    known = {*positional, *(each.arg for each in arguments.kwonlyargs)}
    return (arguments.kwarg is not None or named <= known) and named >= set(
        required[len(call.args) :]
    )


def _are_related(receiver: str, owner: str) -> bool:
    """Whether a variable may be called after a class, as `user_repo` is after `UserRepository`."""
    words = [each.lower().removesuffix("s") for each in _WORD.findall(receiver) if len(each) > 1]
    others = (each.lower() for each in _WORD.findall(owner))
    return bool(words) and any(other.startswith(words[-1]) for other in others)

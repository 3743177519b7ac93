"""A method around another has its parameters."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from taskbound.guard.forwarding import around

BODY = "_seen.append(({name}, {first}))\nreturn {call}"


class Shelf:
    def plain(self, book: str, place: int = 3, *, loan: bool = False) -> tuple[Any, ...]:
        return book, place, loan

    def open(self, *books: str, **marks: int) -> tuple[Any, ...]:
        return books, marks

    def mixed(self, book: str, /, place: int, *rest: int, loan: bool, **marks: int) -> Any:
        return book, place, rest, loan, marks

    def bare(self) -> tuple[Any, ...]:
        return ()


CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any], Any]] = [
    ("plain", ("a",), {}, "a"),
    ("plain", (), {"book": "a", "loan": True}, "a"),
    ("open", ("a", "b"), {"first": 1}, "a"),
    ("open", (), {}, None),
    ("mixed", ("a", 1, 2, 3), {"loan": True, "x": 9}, "a"),
    ("bare", (), {}, None),
]


@pytest.mark.parametrize(("name", "args", "kwargs", "first"), CALLS)
def test_it_passes_on_what_it_was_given(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], first: Any
) -> None:
    seen: list[Any] = []
    method = getattr(Shelf, name)
    guarded = around(method, name, BODY, {"_seen": seen})

    assert guarded(Shelf(), *args, **kwargs) == method(Shelf(), *args, **kwargs)
    assert seen == [(name, first)]


@pytest.mark.parametrize("name", ["plain", "open", "mixed", "bare"])
def test_it_has_the_signature_of_the_other(name: str) -> None:
    method = getattr(Shelf, name)

    guarded = around(method, name, BODY, {"_seen": []})

    assert inspect.signature(guarded) == inspect.signature(method)
    assert guarded.__code__.co_argcount == method.__code__.co_argcount


def test_a_wrong_call_fails_as_the_others_would() -> None:
    guarded = around(Shelf.plain, "plain", BODY, {"_seen": []})

    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'book'$"):
        guarded(Shelf())

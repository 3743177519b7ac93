"""The writes: what each changes, and for which keys. All contenders are given the same objects in turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import Any

from bench.seed import CUSTOMERS, LINES_OF_AN_ORDER, ORDERS, PRODUCTS

# A write for one key may give an answer.
Write = Callable[[int], Awaitable[object]]

# Rows that are written at once.
MANY, FEWER = 100_000, 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """One write."""

    name: str
    asks: str
    keys: range
    """What is given in turn."""
    inside: bool = False
    """Whether it is measured in a transaction that is open, and rolled back afterwards."""


_EVERY_CUSTOMER = range(1, CUSTOMERS + 1)
_EVERY_ORDER = range(1, ORDERS + 1)

CHANGES = {
    change.name: change
    for change in (
        Change(
            "get-insert-commit",
            "a customer read, an order of theirs inserted and read, committed",
            _EVERY_CUSTOMER,
        ),
        Change(
            "insert", "an order inserted and read in an open transaction", _EVERY_ORDER, inside=True
        ),
        Change(
            "update",
            "an order changed by key and read in an open transaction",
            _EVERY_ORDER,
            inside=True,
        ),
        Change(
            "upsert",
            "a customer updated, or inserted, by e-mail in an open transaction",
            _EVERY_CUSTOMER,
            inside=True,
        ),
        Change("order", "an order inserted with 5 lines, committed", _EVERY_ORDER),
        Change("bulk", "100,000 rows inserted from objects, committed", range(1)),
    )
}

_BEGIN = datetime(2026, 1, 1, 9, 30)
_KINDS = ("viewed", "searched", "bought", "returned")


@cache
def new_order(dtos: ModuleType, key: int) -> Any:
    """An order without lines. The objects are made once, so that making them is none of the cost."""
    return dtos.NewOrder(**_order(key))


@cache
def order_with_lines(dtos: ModuleType, key: int) -> Any:
    """An order with its lines."""
    lines = [dtos.NewLine(**_line(key, number)) for number in range(1, LINES_OF_AN_ORDER + 1)]
    return dtos.NewOrderWithLines(**_order(key), lines=lines)


@cache
def patch(dtos: ModuleType, key: int) -> Any:
    """What changes of an order: one of the two fields of the patch."""
    return dtos.OrderPatch(status=f"paid {key}")


@cache
def customer(dtos: ModuleType, key: int) -> Any:
    """A customer, one that is there for every other key."""
    number = key if key % 2 else key + CUSTOMERS
    return dtos.NewCustomer(name=f"Changed {key}", email=f"customer{number}@example.org")


@cache
def listed(dtos: ModuleType, rows: int) -> list[Any]:
    """So many events."""
    return list(events(dtos, rows))


def events(dtos: ModuleType, rows: int) -> Iterator[Any]:
    """So many events, each made when it is wanted."""
    for number in range(rows):
        yield dtos.NewEvent(
            kind=_KINDS[number % len(_KINDS)],
            product_id=number * 131 % PRODUCTS + 1,
            amount=Decimal(number % 9973).scaleb(-2),
            happened_at=_BEGIN + timedelta(seconds=number, microseconds=number % 997),
        )


def _order(key: int) -> dict[str, Any]:
    return {
        "customer_id": key % CUSTOMERS + 1,
        "status": "placed",
        "placed_at": _BEGIN + timedelta(minutes=key),
        "total": Decimal(key * 37 + 100).scaleb(-2),
    }


def _line(key: int, number: int) -> dict[str, Any]:
    return {
        "product_id": (key * 37 + number * 131) % PRODUCTS + 1,
        "quantity": number % 3 + 1,
        "price": Decimal(key + number * 100).scaleb(-2),
    }

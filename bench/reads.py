"""The reads: what each asks for, and for which rows. All contenders read the same rows in turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.seed import CUSTOMERS, ORDERS

# A read for one key gives an answer.
Read = Callable[[int], Awaitable[object]]

# How many orders and customers a list has.
FIFTY = 50
TWENTY = 20


@dataclass(frozen=True, slots=True)
class Question:
    """One read."""

    name: str
    asks: str
    keys: range
    """The ids that are asked for in turn."""
    same_as: str = ""
    """The read that has to give the same answers."""


_EVERY_ORDER = range(1, ORDERS + 1)
_FIRST_OF_FIFTY = range(0, ORDERS - FIFTY, FIFTY)

QUESTIONS = {
    question.name: question
    for question in (
        Question("one", "an order with its customer and 5 lines", _EVERY_ORDER),
        Question("one-in-transaction", "the same in an open transaction", _EVERY_ORDER, "one"),
        Question("one-adhoc", "the same by a statement made for the call", _EVERY_ORDER, "one"),
        Question("get", "the same by primary key", _EVERY_ORDER, "one"),
        Question("fifty", "50 such orders", _FIRST_OF_FIFTY),
        Question("json", "50 such orders as JSON", _FIRST_OF_FIFTY, "fifty"),
        Question(
            "four",
            "20 customers, their orders, lines and products",
            range(0, CUSTOMERS - TWENTY, TWENTY),
        ),
        Question("flat", "10,000 products", range(1)),
    )
}

# What has a way of its own to be measured.
OTHERS = {
    "pool": "one order, 64 tasks on 8 connections",
    "stream": "memory while a million rows are streamed",
    "load": "memory while 100,000 rows are written",
    "http": "the shop's pages, requests a second",
    "costs": "guard and import",
}

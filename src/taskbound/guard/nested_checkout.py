"""Law: a task holds one connection of a pool at a time.

With two, a pool of ten is stuck as soon as ten tasks hold their first and wait for their second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.errors import NestedCheckout
from taskbound.guard.report import report
from taskbound.place import calling_place

if TYPE_CHECKING:
    from taskbound.errors import Holder
    from taskbound.guard.modes import Modes


def report_second(holder: Holder, modes: Modes) -> None:
    """Report that the running task, which holds one connection, takes another."""
    if modes.of(NestedCheckout.code) == "off":
        return
    place = calling_place()
    error = NestedCheckout(place=place, held_place=holder.place, task=holder.task or "")
    report(error, place, modes)

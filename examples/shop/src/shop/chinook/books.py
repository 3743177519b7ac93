"""What holds between the rows of a file."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from shop.chinook.malformed import Malformed
from shop.chinook.rows import Row, Rows


def refuse_wrong_totals(rows: Rows) -> None:
    """Raise `Malformed` at the first order whose total is not what its lines add up to."""
    sums: defaultdict[int, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for line in rows["InvoiceLine"]:
        sums[line["order_id"]] += line["unit_price"] * line["quantity"]
    for number, order in enumerate(rows["Invoice"]):
        worth = sums[order["id"]]
        if order["total"] != worth:
            fault = f"is {order['total']}, but the lines add up to {worth}"
            raise Malformed(f"Invoice[{number}].Total", fault)


def managers_first(staff: list[Row]) -> list[Row]:
    """The rows of the staff, each after its manager's, so that they can be inserted one by one.

    Raises `Malformed` at the first of those whose managers lead round in a circle.
    """
    by_id = {row["id"]: row for row in staff}
    managers = {number: {row["manager_id"]} - {None} for number, row in by_id.items()}
    try:
        return [by_id[number] for number in TopologicalSorter(managers).static_order()]
    except CycleError as error:
        _, circle = error.args
    number, row = next(found for found in enumerate(staff) if found[1]["id"] in circle)
    place, fault = f"Employee[{number}].ReportsTo", "leads round in a circle"
    raise Malformed(place, f"{row['manager_id']} {fault}")

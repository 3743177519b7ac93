"""What holds between the rows of a file."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

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

    Raises `Malformed` where the managers of somebody lead round in a circle.
    """
    ordered: dict[int | None, Row] = {}
    waiting = dict(enumerate(staff))
    while waiting:
        ready = [
            number
            for number, row in waiting.items()
            if row["manager_id"] is None or row["manager_id"] in ordered
        ]
        if not ready:
            number, row = next(iter(waiting.items()))
            fault = f"{row['manager_id']} leads round in a circle"
            raise Malformed(f"Employee[{number}].ReportsTo", fault)
        ordered |= {staff[number]["id"]: waiting.pop(number) for number in ready}
    return list(ordered.values())

"""New values in one row, or in all for which a condition holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select

from taskbound import Database, NotFound, StaleVersion, UnfitValues
from tests.dml.dtos import (
    NewLine,
    OrderInFull,
    OrderPatch,
    OrderPatchInDataclass,
    OrderPatchInMsgspec,
    OrderRead,
)
from tests.dml.models import CardPayment, Document, Employee, Line, Order, Payment, Shelf, Status


class DocumentRead(BaseModel):
    id: int
    version: int


async def _order(shop: Database, **values: Any) -> OrderRead:
    async with shop.begin() as session:
        return await session.insert(Order, {"customer_id": 1, **values}, returning=OrderRead)


@pytest.mark.parametrize(
    "patch",
    [
        OrderPatch(status=Status.PAID),
        OrderPatchInMsgspec(status=Status.PAID),
        OrderPatchInDataclass(status=Status.PAID),
        {"status": Status.PAID},
    ],
    ids=["pydantic", "msgspec", "dataclass", "mapping"],
)
async def test_a_patch_changes_only_what_it_names(shop: Database, patch: Any) -> None:
    order = await _order(shop, code="ab", total=Decimal("5.00"))
    async with shop.begin() as session:
        changed = await session.update(Order, patch, key=order.id, returning=OrderRead)

    assert changed == order.model_copy(update={"status": Status.PAID, "changed": 7})
    assert await shop.project(OrderRead, Order).get_one(order.id) == changed


async def test_none_is_a_value_that_can_be_given(shop: Database) -> None:
    order = await _order(shop, code="ab")
    async with shop.begin() as session:
        changed = await session.update(
            Order, OrderPatch(code=None), key=order.id, returning=OrderRead
        )

    assert changed.code is None


async def test_the_key_may_stand_among_the_values(shop: Database) -> None:
    order = await _order(shop)
    async with shop.begin() as session:
        await session.insert(Line, {"order_id": order.id, "number": 1, "quantity": 5})
        await session.update(Line, {"order_id": order.id, "number": 1, "quantity": 6})
        quantity = await session.scalar(select(Line.quantity))

    assert quantity == 6


async def test_a_dto_of_more_than_the_row_is_read_after_it(shop: Database) -> None:
    order = await _order(shop)
    async with shop.begin() as session:
        changed = await session.update(Order, {"code": "x"}, key=order.id, returning=OrderInFull)

    assert changed == OrderInFull(id=order.id, customer="Ada", lines=[])


async def test_the_database_computes_what_is_given_as_sql(shop: Database) -> None:
    order = await _order(shop, total=Decimal("5.00"))
    async with shop.begin() as session:
        changed = await session.update(
            Order, {"total": Order.total + 1, "code": "x"}, key=order.id, returning=OrderRead
        )

    assert (changed.total, changed.code) == (Decimal("6.00"), "x")


async def test_a_condition_changes_all_for_which_it_holds(shop: Database) -> None:
    orders = [await _order(shop, code=code) for code in ("a", "b", "c")]
    async with shop.begin() as session:
        found = await session.update(Order, {"status": Status.PAID}, where=Order.id > orders[0].id)
        rows = await session.scalars(select(Order.status).order_by(Order.id))

    assert found == 2
    assert list(rows) == [Status.OPEN, Status.PAID, Status.PAID]


async def test_what_a_condition_has_changed_can_be_had_as_dtos(shop: Database) -> None:
    orders = [await _order(shop, code=code) for code in ("a", "b")]
    async with shop.begin() as session:
        flat = await session.update(
            Order, {"code": "z"}, where=Order.code.in_(["a", "b"]), returning=OrderRead
        )
        full = await session.update(Order, {"code": "y"}, every=True, returning=OrderInFull)

    assert sorted((order.id, order.code) for order in flat) == [(o.id, "z") for o in orders]
    assert sorted(order.id for order in full) == [order.id for order in orders]


async def test_the_same_condition_with_another_value_changes_other_rows(shop: Database) -> None:
    orders = [await _order(shop) for _ in range(3)]
    async with shop.begin() as session:
        for number, order in enumerate(orders):
            await session.update(Order, {"code": f"c{number}"}, where=Order.id == order.id)
        codes = await session.scalars(select(Order.code).order_by(Order.id))

    assert list(codes) == ["c0", "c1", "c2"]


async def test_a_row_that_is_not_there_is_not_found(shop: Database) -> None:
    async with shop.begin() as session:
        with pytest.raises(NotFound) as caught:
            await session.update(Order, {"code": "x"}, key=9)

    assert str(caught.value) == (
        "There is no Order with the key 9 to update; handle NotFound, or update with where=, which returns "
        "how many there were (TB511, docs/errors/TB511.md)"
    )


async def test_values_that_are_there_already_are_no_missing_row(shop: Database) -> None:
    order = await _order(shop, code="ab")
    async with shop.begin() as session:
        await session.update(Order, {"code": "ab", "changed": 0}, key=order.id)
        found = await session.update(
            Order, {"code": "ab", "changed": 0}, where=Order.id == order.id
        )

    assert found == 1


async def test_a_row_in_another_version_is_stale(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Document(id=1, text="draft"))
    async with shop.begin() as session:
        await session.update(Document, {"text": "second"}, key=1, version=1)
        with pytest.raises(StaleVersion) as caught:
            await session.update(Document, {"text": "third", "version": 1}, key=1)
        document = await session.get_one(Document, 1)

    assert caught.value.entities == (("Document", (1,)),)
    assert (document.text, document.version) == ("second", 2)


@pytest.mark.parametrize("dto", [None, DocumentRead])
async def test_an_empty_patch_compares_the_version(shop: Database, dto: Any) -> None:
    async with shop.begin() as session:
        session.add(Document(id=1, text="draft"))
    async with shop.begin() as session:
        await session.update(Document, {}, key=1, version=1, returning=dto)
        with pytest.raises(StaleVersion) as stale:
            await session.update(Document, {}, key=1, version=2, returning=dto)
        with pytest.raises(StaleVersion):
            await session.update(Document, {}, key=9, version=1, returning=dto)

    assert stale.value.entities == (("Document", (1,)),)


async def test_a_version_of_a_model_that_counts_none_is_refused() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitValues) as caught:
            await session.update(Order, {"code": "x"}, key=1, version=1)
        with pytest.raises(UnfitValues, match="counts none"):
            await session.delete(Order, key=1, version=1)

    assert str(caught.value) == (
        "what is to be written to Order is to be in a version, and the model counts none; leave version= "
        "out, or map the column that does as its version_id_col (TB601, docs/errors/TB601.md)"
    )


async def test_without_a_version_it_is_counted_on(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Document(id=1, text="draft"))
    async with shop.begin() as session:
        await session.update(Document, {"text": "second"}, key=1)
        await session.update(Document, {"text": "third"}, where=Document.text == "second")
        document = await session.get_one(Document, 1)

    assert (document.text, document.version) == ("third", 3)


async def test_a_class_that_shares_its_table_keeps_to_its_rows(shop: Database) -> None:
    async with shop.begin() as session:
        session.add_all([Payment(id=1, amount=1), CardPayment(id=2, amount=2)])
    async with shop.begin() as session:
        found = await session.update(CardPayment, {"amount": 9}, every=True)
        with pytest.raises(NotFound):
            await session.update(CardPayment, {"amount": 9}, key=1)

    assert found == 1


async def test_a_row_of_several_tables_is_changed_in_each(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Employee(id=1, name="Ada", wage=1))
    async with shop.begin() as session:
        await session.update(Employee, {"name": "Bob", "wage": 2}, key=1)
        with pytest.raises(NotFound):
            await session.update(Employee, {"name": "Bob"}, key=2)
        employee = await session.get_one(Employee, 1)

    assert (employee.name, employee.wage) == ("Bob", 2)


async def test_the_rows_of_several_tables_are_not_changed_by_a_condition() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitValues, match="lies in several tables"):
            await session.update(Employee, {"name": "Bob"}, where=Employee.wage > 5)


async def test_an_empty_patch_sends_nothing(shop: Database) -> None:
    order = await _order(shop)
    async with shop.begin() as session:
        await session.update(Order, OrderPatch(), key=order.id)
        assert not session.in_transaction() or session.sync_session.unsaved.first is None  # type: ignore[attr-defined]  # the guard's
        same = await session.update(Order, OrderPatch(), key=order.id, returning=OrderRead)

    assert same == order


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (
            {},
            "what is to be written to Order names no row; give key=, or all of (id) among the values "
            "(TB601, docs/errors/TB601.md)",
        ),
        (
            {"key": (1, 2)},
            "what is to be written to Order is named by what is no key of it; its key is (id) "
            "(TB601, docs/errors/TB601.md)",
        ),
    ],
)
async def test_a_row_that_is_not_named_is_refused(named: dict[str, Any], said: str) -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitValues) as caught:
            await session.update(Order, {"code": "x"}, **named)

    assert str(caught.value) == said


async def test_a_patch_that_holds_rows_of_its_own_is_refused() -> None:
    class WithLines(BaseModel):
        lines: list[NewLine]

    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitValues, match="holds lines, which are rows of their own"):
            await session.update(Order, WithLines(lines=[]), key=1)


async def test_rows_are_named_in_one_way_alone() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(TypeError, match=r"update\(\) takes one of key= and where="):
            await session.update(Order, {"code": "x"}, key=1, where=Order.id == 1)  # type: ignore[call-overload]  # refused


async def test_a_column_may_be_called_as_a_parameter_of_the_condition(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert_many(Shelf, [{"id": 1, "id_1": 5}, {"id": 2, "id_1": 5}])
        found = await session.update(Shelf, {"id_1": 7}, where=Shelf.id == 1)
        again = await session.update(Shelf, {"id_1": 8}, where=Shelf.id == 2)
        values = list(await session.scalars(select(Shelf.id_1).order_by(Shelf.id)))

    assert (found, again, values) == (1, 1, [7, 8])

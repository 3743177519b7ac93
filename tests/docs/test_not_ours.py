"""The errors of others read as the index of errors shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import exc, select
from sqlalchemy.orm.exc import DetachedInstanceError

from taskbound import Database
from tests.docs.page import ROOT, Page
from tests.docs.reader import Reader

_INDEX = Page(ROOT / "docs" / "errors" / "README.md").text


async def test_a_second_writing_block_inside_a_first_one_finds_the_database_locked() -> None:
    async with Database("sqlite+aiosqlite://", busy_timeout=0.01) as db, db.begin() as outer:
        await outer.scalar(select(1))

        with pytest.raises(exc.OperationalError) as caught:
            async with db.begin() as inner:
                await inner.scalar(select(1))

    assert f"**`OperationalError`**`: {caught.value.orig}`." in _INDEX


def test_an_attribute_that_was_not_loaded_in_the_block_is_refused_after_it(
    reader: Reader,
) -> None:
    index = Page(ROOT / "docs" / "errors" / "README.md").blocks("python")[0]
    option = ", options=[selectinload(Customer.orders)]"
    assert option in index.source

    with pytest.raises(DetachedInstanceError) as caught:
        reader.run(replace(index, source=index.source.replace(option, "")))

    said = str(caught.value).split("not bound to a Session; ")[1].split(" (")[0]
    assert f"is not bound to a Session; {said}`." in _INDEX

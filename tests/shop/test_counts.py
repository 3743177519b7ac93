"""Numbers of rows in words."""

from __future__ import annotations

import pytest

from shop.chinook.counts import in_words
from shop.models import Base


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 idempotency keys, 0 members of staff, 0 categories"),
        (1, "1 idempotency key, 1 member of staff, 1 category"),
        (2_000, "2,000 idempotency keys, 2,000 members of staff, 2,000 categories"),
    ],
)
def test_one_is_no_plural(count: int, words: str) -> None:
    assert words == in_words(dict.fromkeys(("idempotency_keys", "staff", "categories"), count))


def test_every_table_has_words() -> None:
    counted = {table.name: 1 for table in Base.metadata.sorted_tables}

    words = (
        "1 album, 1 artist, 1 category, 1 collection, 1 confirmation, 1 customer, 1 idempotency key, "
        "1 media type, 1 member of staff, 1 order, 1 order line, 1 product, 1 product in a collection"
    )
    assert sorted(words.split(", ")) == sorted(in_words(counted).split(", "))

"""How many rows there are, for people."""

from __future__ import annotations

from collections.abc import Mapping

# One and many, where the name of a table is not the word with an s.
_WORDS = {
    "categories": ("category", "categories"),
    "collection_products": ("product in a collection", "products in collections"),
    "staff": ("member of staff", "members of staff"),
}


def in_words(counts: Mapping[str, int]) -> str:
    """The numbers of rows by table as a list of words: `1 order, 3,503 products`."""
    return ", ".join(f"{count:,} {_word(table, count)}" for table, count in counts.items())


def _word(table: str, count: int) -> str:
    plain = table.replace("_", " ")
    one, many = _WORDS.get(table, (plain.removesuffix("s"), plain))
    return one if count == 1 else many

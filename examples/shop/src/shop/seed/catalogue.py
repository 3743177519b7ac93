"""Artists, albums and products that could exist."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

ARTISTS = 40
ALBUMS_OF_AN_ARTIST = (1, 4)
PRODUCTS_OF_AN_ALBUM = (6, 11)

CATEGORIES = ("Rock", "Jazz", "Classical", "Electronic", "Folk", "Soundtrack", "Blues", "Hip Hop")
MEDIA_TYPES = ("FLAC download", "MP3 download", "Vinyl record", "Compact disc")
PRICES = tuple(Decimal(price) for price in ("0.79", "0.99", "0.99", "0.99", "1.29", "1.99"))
COLLECTIONS = (
    "Staff picks",
    "Rainy Sunday",
    "Long drive",
    "Morning coffee",
    "New arrivals",
    "Under a euro",
)

_ADJECTIVES = (
    "Northern Silent Golden Broken Hidden Electric Paper Velvet Distant Crimson Hollow Gentle Wild "
    "Frozen Amber Restless Second Quiet"
).split()
_NOUNS = (
    "Lights Harbour River Garden Winter Machine Letters Mountain Window Summer Station Mirror Ocean "
    "Highway Orchard Shadow Engine Morning"
).split()
_BANDS = "Band Quartet Orchestra Collective Trio Sisters Brothers Project".split()
_WRITERS = ("M. Lindqvist", "J. Okafor / R. Meyer", "T. Sato", "A. Haddad, P. Weber", "C. Dubois")


def category_rows() -> list[dict[str, Any]]:
    """The rows of the categories."""
    return [{"id": number, "name": name} for number, name in enumerate(CATEGORIES, 1)]


def media_type_rows() -> list[dict[str, Any]]:
    """The rows of the media types."""
    return [{"id": number, "name": name} for number, name in enumerate(MEDIA_TYPES, 1)]


def artist_rows(chance: Random) -> list[dict[str, Any]]:
    """The rows of the artists."""
    return [
        {"id": number, "name": f"The {_phrase(chance)} {chance.choice(_BANDS)}"}
        for number in range(1, ARTISTS + 1)
    ]


def album_rows(chance: Random) -> list[dict[str, Any]]:
    """The rows of the albums of each artist."""
    artists = [
        artist
        for artist in range(1, ARTISTS + 1)
        for _ in range(chance.randint(*ALBUMS_OF_AN_ARTIST))
    ]
    return [
        {"id": number, "title": _phrase(chance), "artist_id": artist}
        for number, artist in enumerate(artists, 1)
    ]


def product_rows(chance: Random, *, albums: int) -> list[dict[str, Any]]:
    """The rows of the products: those of each album, then a few singles that belong to none."""
    belongs: list[int | None] = [
        album
        for album in range(1, albums + 1)
        for _ in range(chance.randint(*PRODUCTS_OF_AN_ALBUM))
    ]
    belongs += [None] * 12
    return [_product(chance, number, album) for number, album in enumerate(belongs, 1)]


def _product(chance: Random, number: int, album: int | None) -> dict[str, Any]:
    milliseconds = chance.randrange(120_000, 420_000)
    return {
        "id": number,
        "name": _phrase(chance),
        "price": chance.choice(PRICES),
        "stock": chance.randrange(3, 250),
        "composer": chance.choice(_WRITERS) if chance.random() < 0.7 else None,
        "milliseconds": milliseconds,
        "bytes": milliseconds * 32,
        "album_id": album,
        # An album stands on one shelf.
        "category_id": (album or number) % len(CATEGORIES) + 1,
        "media_type_id": chance.randint(1, len(MEDIA_TYPES)),
    }


def collection_rows() -> list[dict[str, Any]]:
    """The rows of the collections."""
    return [{"id": number, "name": name} for number, name in enumerate(COLLECTIONS, 1)]


def collection_product_rows(chance: Random, *, products: int) -> list[dict[str, Any]]:
    """The rows that put 30 products into each collection."""
    return [
        {"collection_id": collection, "product_id": product}
        for collection in range(1, len(COLLECTIONS) + 1)
        for product in sorted(chance.sample(range(1, products + 1), 30))
    ]


def _phrase(chance: Random) -> str:
    return f"{chance.choice(_ADJECTIVES)} {chance.choice(_NOUNS)}"

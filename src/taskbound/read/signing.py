"""The keys that sign the cursors of pages."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from taskbound.statement import cursor

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

_keys: WeakKeyDictionary[Engine, bytes] = WeakKeyDictionary()


def use_key(engine: Engine, key: bytes) -> None:
    """Have the cursors of an engine signed with a key of the user's own."""
    _keys[engine] = key


def key_of(engine: Engine) -> bytes:
    """The key that signs the cursors of an engine."""
    return _keys.get(engine) or _key_of_url(engine.url)


# To make it is slow on purpose.
@lru_cache(maxsize=64)
def _key_of_url(url: URL) -> bytes:
    return cursor.cursor_key(url)

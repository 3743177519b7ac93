"""A cursor: a row's position in an ordering, as text that a client keeps and hands back.

It is signed, not encrypted. A client can read the values in it, and cannot change them.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from struct import Struct
from typing import TYPE_CHECKING, Any
from uuid import UUID

from taskbound.errors import UnfitCursor, UnfitPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import URL

# Characters of a cursor: it has to fit into a URL.
LONGEST_CURSOR = 4096

# Behind the text: version, name of the key, fingerprint of the query; the values as JSON; the signature.
_HEAD = Struct("!B4s16s")
_VERSION = 1
# Bytes of HMAC-SHA256.
_SIGNATURE = 16
# 16 MiB and some 50 ms: who holds a cursor can try passwords, and shall not try many.
_SCRYPT_COST, _SCRYPT_BLOCK = 2**14, 8

# What JSON has no value for: a letter, and how it is written. The first class that fits is taken, so a
# subclass stands before its base: a datetime is a date.
_WRITERS: tuple[tuple[type, str, Callable[[Any], str]], ...] = (
    (float, "f", float.hex),
    (Decimal, "d", str),
    (dt.datetime, "s", dt.datetime.isoformat),
    (dt.date, "a", dt.date.isoformat),
    (dt.time, "t", dt.time.isoformat),
    (dt.timedelta, "i", lambda value: f"{value.days} {value.seconds} {value.microseconds}"),
    (UUID, "u", lambda value: value.hex),
    (bytes, "b", bytes.hex),
    (bytearray, "b", bytearray.hex),
    (memoryview, "b", memoryview.hex),
)
_READERS: dict[str, Callable[[str], Any]] = {
    "f": float.fromhex,
    "d": Decimal,
    "s": dt.datetime.fromisoformat,
    "a": dt.date.fromisoformat,
    "t": dt.time.fromisoformat,
    "i": lambda text: dt.timedelta(*map(int, text.split())),
    "u": UUID,
    "b": bytes.fromhex,
}

_HAND_BACK = "hand back page.next or page.previous as it is"
_SAME_QUERY = "use it with the DTO, the statement and the ordering that it came from"
_SAME_KEY = "give all workers the same Database(cursor_key=...)"


def seal(values: Sequence[Any], fingerprint: bytes, key: bytes) -> str:
    """The cursor for a position: letters, digits, `-` and `_`, the same for the same arguments.

    values: None, bool, int, float, Decimal, str, bytes, datetime, date, time, timedelta, UUID; and Enum,
        which comes back as its name, because that is what SQLAlchemy stores.
    fingerprint: of `fingerprint()`.
    key: secret bytes, the same wherever the cursor is to be read.

    Raises `UnfitPage` where a value is of another type, or the cursor would have more than 4096
    characters.
    """
    written = [_write(value) for value in values]
    payload = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    head = _HEAD.pack(_VERSION, _name(key), fingerprint)
    signed = head + payload.encode("utf-8", "surrogatepass")
    text = _encoded(signed + _sign(signed, key))
    if len(text) > LONGEST_CURSOR:
        raise UnfitPage(
            reason=f"the page's cursor would have {len(text)} characters, of at most {LONGEST_CURSOR}",
            cure="order by shorter values, or ask for page_at()",
        )
    return text


def unseal(text: str, fingerprint: bytes, key: bytes) -> tuple[Any, ...]:
    """The values of a cursor.

    Raises `UnfitCursor` where the text is no cursor, was changed, or was made with another key or for
    another query. The values are not looked at before that.
    """
    sealed = _decoded(text)
    signed, signature = sealed[:-_SIGNATURE], sealed[-_SIGNATURE:]
    if len(signed) < _HEAD.size or signed[0] != _VERSION:
        raise UnfitCursor(reason="is none of taskbound's", cure=_HAND_BACK)
    _, name, query = _HEAD.unpack_from(signed)
    if name != _name(key):
        raise UnfitCursor(reason="was made with another key", cure=_SAME_KEY)
    if not hmac.compare_digest(signature, _sign(signed, key)):
        raise UnfitCursor(reason="was changed", cure=_HAND_BACK)
    if query != fingerprint:
        raise UnfitCursor(reason="is of another query", cure=_SAME_QUERY)
    written = json.loads(signed[_HEAD.size :].decode("utf-8", "surrogatepass"))
    return tuple(_read(value) for value in written)


def fingerprint(dto: str, sql: str) -> bytes:
    """What a cursor is bound to: 16 bytes that are another for another query.

    dto: the name of the DTO.
    sql: the text of the first page's statement, ORDER BY and all. The values of parameters are not in
        it, so a cursor serves the same query for another customer; the statement says what may be read.
    """
    # A length before each part: no two queries come to the same bytes.
    parts = (part.encode("utf-8", "surrogatepass") for part in (dto, sql))
    whole = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hashlib.sha256(whole).digest()[:16]


def cursor_key(url: URL) -> bytes:
    """The key that a `Database` uses where it is given none: 32 bytes, the same in all its workers.

    It is made of the kind of database, its name, the user and the password; the host and the driver do
    not count. A new password is a new key, and the cursors of before are refused. A URL without a
    password, such as SQLite's, has no secret: whoever knows it can make cursors. They lead to no row
    that the statement does not select, but their values are not known to be of the right type.

    It takes some 50 ms and 16 MiB, so that a password cannot be found by trying many: make it once.
    """
    public = (url.get_backend_name(), url.database or "", url.username or "")
    return hashlib.scrypt(
        str(url.password or "").encode(),
        salt="\0".join(("taskbound cursor key", *public)).encode(),
        n=_SCRYPT_COST,
        r=_SCRYPT_BLOCK,
        p=1,
        dklen=32,
    )


def _write(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if value is None or isinstance(value, int | str):
        return value
    for cls, letter, write in _WRITERS:
        if isinstance(value, cls):
            return {letter: write(value)}
    raise UnfitPage(
        reason=f"the page is ordered by a value of type {type(value).__name__}, which no cursor carries",
        cure="order by another attribute of the model, or ask for page_at()",
    )


def _read(written: Any) -> Any:
    if not isinstance(written, dict):
        return written
    ((letter, text),) = written.items()
    return _READERS[letter](text)


def _name(key: bytes) -> bytes:
    """What tells keys apart without telling the key."""
    return hmac.digest(key, b"name", "sha256")[:4]


def _sign(signed: bytes, key: bytes) -> bytes:
    return hmac.digest(key, signed, "sha256")[:_SIGNATURE]


def _encoded(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    """The bytes behind a cursor's text, empty where it is not the text of any."""
    if len(text) > LONGEST_CURSOR:
        return b""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""
    # Other texts than the one that was handed out come to the same bytes.
    return sealed if _encoded(sealed) == text else b""

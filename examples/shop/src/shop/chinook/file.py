"""The text of a Chinook file: JSON with exact numbers."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from shop.chinook.malformed import Malformed


class Repeating(dict[str, Any]):
    """A JSON object that has the name `repeated` more than once."""

    repeated = ""


def parsed(path: Path) -> object:
    """What the JSON of the file says. A number with a point or an exponent is a `Decimal`.

    Raises `Malformed` where the file is not JSON in UTF-8, and `OSError` where it cannot be read.
    """
    try:
        return json.loads(
            _text(path.read_bytes()),
            parse_float=_exact,
            parse_int=_whole,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise Malformed(f"line {error.lineno} column {error.colno}", error.msg) from None
    except RecursionError:
        raise Malformed("file", "is nested too deeply") from None


def _text(content: bytes) -> str:
    try:
        # Windows programs put a byte order mark at the beginning.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Malformed(f"line {line}", "is not UTF-8") from None


def _exact(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        # An exponent beyond all measure. Whoever looks at the value says where it stands.
        return Decimal("Infinity")


def _whole(digits: str) -> int | Decimal:
    try:
        return int(digits)
    except ValueError:
        # Python turns no more than 4,300 digits into an integer.
        return Decimal(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    repeating = Repeating(found)
    repeating.repeated = next(name for name in names if names.count(name) > 1)
    return repeating

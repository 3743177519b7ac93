"""Whether all contenders give the same answer: what is compared otherwise is not the same read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from pydantic import BaseModel

from bench.reads import Question, Read

# The zeros that a Decimal may end with, and what is before them.
_MONEY_END = re.compile(r"(?<=\d)(?:\.0+|(?<=\.\d)0)$")


class Disagreement(Exception):
    """Raised where two contenders answer differently."""


async def agree(
    contenders: Mapping[str, Mapping[str, Read]], questions: Iterable[Question]
) -> None:
    """Raise `Disagreement` where answers to one of these questions differ.

    contenders: the reads of each, by name.
    """
    for question in questions:
        keys = question.keys
        for key in {keys[0], keys[len(keys) // 2], keys[-1]}:
            answers = {
                f"{read} of {name}": plain(await reads[read](key))
                for read in (question.name, question.same_as)
                for name, reads in contenders.items()
                if read in reads
            }
            compare(key, answers)


def compare(key: int, answers: Mapping[str, Any]) -> None:
    """Raise `Disagreement` where one of the answers for a key is another one than the first."""
    if not answers:
        return
    (first, expected), *others = answers.items()
    for name, answer in others:
        if answer != expected:
            raise Disagreement(
                f"{first} and {name} differ for {key} at {_difference(expected, answer)}"
            )


def _difference(one: Any, other: Any, place: str = "$") -> str:
    """The first place at which two answers differ, with what stands there."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        name = next(name for name in one if one[name] != other[name])
        return _difference(one[name], other[name], f"{place}.{name}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        index = next(index for index, item in enumerate(one) if item != other[index])
        return _difference(one[index], other[index], f"{place}[{index}]")
    return f"{place}: {str(one)[:200]} and {str(other)[:200]}"


def plain(answer: object) -> Any:
    """The answer as JSON has it, where money is text."""
    text = answer if isinstance(answer, bytes) else json.dumps(answer, default=_written)
    return json.loads(text, object_hook=_with_same_scale)


def _with_same_scale(written: dict[str, Any]) -> dict[str, Any]:
    """`1.5` for `1.50`: Piccolo forgets the scale on SQLite, where money is a float."""
    return {
        name: _MONEY_END.sub("", value) if isinstance(value, str) else value
        for name, value in written.items()
    }


def _written(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.asdict(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"an answer holds {type(value).__name__}")

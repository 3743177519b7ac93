"""The codes that a finding can have, and how one that is not among them is refused."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from taskbound.check.ignore import CODE as IGNORES
from taskbound.check.rules.rule import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable


def summaries() -> dict[str, str]:
    """One line for each code that a run can tell."""
    known: dict[str, str] = {}
    for rule in all_rules():
        known.setdefault(rule.code, rule.summary)
    known[IGNORES] = "An ignore comment that does nothing, or does not say why it is there"
    return dict(sorted(known.items()))


def names() -> dict[str, str]:
    """The name of each code: `unbounded-delete`."""
    known = {rule.code: rule.name for rule in reversed(all_rules())}
    return {**known, IGNORES: "unfit-ignore"}


def known(code: str) -> bool:
    """Is it a code, or what one or more codes begin with (`TB7`)?"""
    return code.startswith("TB") and any(one.startswith(code) for one in summaries())


def nearest(wrong: str, right: Iterable[str]) -> str:
    """What to add to a refusal where something is near: "; did you mean TB101?"."""
    near = difflib.get_close_matches(wrong, list(right), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""

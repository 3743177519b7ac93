"""The last line of a run: how much was found, where, and what can be done about it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taskbound.check.baseline import Compared
    from taskbound.check.checker import Told
    from taskbound.check.finding import Finding


def summed_up(compared: Compared, told: Told) -> str:
    """A few short sentences."""
    return "\n".join((_found(compared.new, len(told.files)), *_more(compared)))


def said_of(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _found(findings: tuple[Finding, ...], files: int) -> str:
    if not findings:
        return f"No findings in {said_of(files, 'file')}."
    counts = Counter(finding.confidence for finding in findings)
    parts = ", ".join(f"{counts[one]} {one}" for one in Confidence if counts[one])
    return f"{said_of(len(findings), 'finding')} in {said_of(files, 'file')}: {parts}."


def _more(compared: Compared) -> Iterable[str]:
    if fixable := sum(1 for one in compared.new if one.fix and one.fix.safe):
        yield f"--fix cures {fixable} of them."
    if compared.new:
        yield f"--explain {compared.new[0].code} says why, and what to write instead."
    if compared.known:
        yield f"{said_of(compared.known, 'finding')} of the baseline not shown."
    if compared.gone:
        yield (
            f"No longer there, of the baseline: {said_of(len(compared.gone), 'finding')};"
            " write it anew with --write-baseline."
        )
        yield from (f"  {entry.path}: {entry.code} {entry.source}" for entry in compared.gone)

"""Findings as text: the place, the line with the finding underlined, and the steps that led there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.report.paint import PLAIN, Paint, printable, width
from taskbound.check.report.place import Places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.lines import Lines

# Lines between two that are shown are shown too, where they are no more than this.
_GAP = 2

_COLOURS = {Confidence.HIGH: "red", Confidence.MEDIUM: "yellow", Confidence.LOW: "cyan"}


@dataclass(frozen=True, slots=True)
class _Label:
    """What is written below a line: from and to which column, with which sign, and what it says."""

    line: int
    start: int
    end: int
    text: str
    primary: bool


def as_text(findings: Iterable[Finding], lines: Lines, *, colour: bool = False) -> str:
    """Each finding with its source, and an empty line after it.

    lines: where the source is read. colour: with the signs that a terminal makes colours of.
    """
    paint, places = Paint() if colour else PLAIN, Places(lines)
    return "".join(_told(finding, lines, places, paint) + "\n" for finding in findings)


def as_lines(findings: Iterable[Finding]) -> str:
    """Each finding on a line of its own, as compilers tell them: `path:line:column: CODE message`."""
    return "".join(
        f"{one.path}:{one.line}:{one.column}: {one.code} {bare(one)}\n" for one in findings
    )


def bare(finding: Finding) -> str:
    """The message without its code and page, where the code stands beside it."""
    return finding.message.removesuffix(f" ({finding.code}, docs/errors/{finding.code}.md)")


def _told(finding: Finding, lines: Lines, places: Places, paint: Paint) -> str:
    sections = list(_sections(finding, lines, places))
    gutter = len(str(max(label.line for _, labels in sections for label in labels)))
    excerpt = _Excerpt(lines, paint, gutter, _COLOURS[finding.confidence])
    code, message = paint.of(excerpt.colour, finding.code), bare(finding)
    told = [f"{paint.bold(code)} {paint.bold(message)} [{finding.confidence}]"]
    for path, labels in sections:
        own = path == finding.path
        told.append(
            excerpt.place(
                path, f"{finding.line}:{finding.column}" if own else str(labels[0].line), own=own
            )
        )
        told.extend(excerpt.of(path, labels))
    if finding.fix:
        how = "" if finding.fix.safe else " (not with --fix: look at it first)"
        told.append(f"{' ' * gutter} {paint.blue('=')} fix: {finding.fix.title}{how}")
    return "".join(f"{line.rstrip()}\n" for line in told)


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """How source is shown: `gutter` is as wide as the longest line number, `colour` the finding's."""

    lines: Lines
    paint: Paint
    gutter: int
    colour: str

    def place(self, path: str, where: str, *, own: bool) -> str:
        """The line that says where the source below it is."""
        return f"{' ' * self.gutter}{self.paint.blue('-->' if own else ':::')} {path}:{where}"

    def of(self, path: str, labels: list[_Label]) -> Iterator[str]:
        """Lines of one file, and what is said below them."""
        bar = f"{' ' * self.gutter} {self.paint.blue('|')}"
        yield bar
        shown = 0
        for number in _numbers(labels):
            if shown and number - shown > 1:
                yield self.paint.blue("...")
            shown, source = number, self.lines.line(path, number)
            yield f"{self.paint.blue(f'{number:>{self.gutter}} |')} {printable(source)}"
            for label in (one for one in labels if one.line == number):
                colour = self.colour if label.primary else "blue"
                yield f"{bar} {self.paint.of(colour, _mark(label, source))}"


def _sections(finding: Finding, lines: Lines, places: Places) -> Iterator[tuple[str, list[_Label]]]:
    """The labels of each file: of the finding's own, then of the others as the flow goes through them."""
    own = (finding.path, finding.line)
    said: dict[tuple[str, int], list[tuple[int, str]]] = {own: []}
    for number, step in enumerate(finding.flow, 1):
        said.setdefault((step.path, step.line), []).append((number, step.text))
    by_path: dict[str, list[_Label]] = {}
    for (path, line), steps in said.items():
        text = _joined(steps, numbered=len(finding.flow) > 1)
        start, end = places.span(finding) if (path, line) == own else _code(lines.line(path, line))
        label = _Label(line, start, end, text, primary=(path, line) == own)
        by_path.setdefault(path, []).append(label)
    for path, labels in by_path.items():
        yield path, sorted(labels, key=lambda label: label.line)


def _joined(steps: list[tuple[int, str]], *, numbered: bool) -> str:
    """`2, 4: passed on here; 5: shared here`."""
    numbers: dict[str, list[str]] = {}
    for number, text in steps:
        numbers.setdefault(text, []).append(str(number))
    return "; ".join(
        f"{', '.join(found)}: {text}" if numbered else text for text, found in numbers.items()
    )


def _code(source: str) -> tuple[int, int]:
    """From and to which column a line has code."""
    start = len(source) - len(source.lstrip())
    return start, max(len(source.partition("  #")[0].rstrip()), start + 1)


def _numbers(labels: list[_Label]) -> list[int]:
    """The lines to show: those with a label, and short gaps between them."""
    wanted = sorted({label.line for label in labels})
    between = [
        number
        for one, other in pairwise(wanted)
        if other - one <= _GAP + 1
        for number in range(one + 1, other)
    ]
    return sorted({*wanted, *between})


def _mark(label: _Label, source: str) -> str:
    """The line below a source line: as wide as what it underlines looks, tabs and wide letters too."""
    before = " " * width(source[: label.start])
    sign = "^" if label.primary else "-"
    return f"{before}{sign * max(1, width(source[label.start : label.end]))} {label.text}"

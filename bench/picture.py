"""The results as a picture: how long some reads and writes take, a bar a contender."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from bench.results import Results, Time

# What stands beside each bar; the order is that of the bars.
NAMES = {
    "taskbound-msgspec": "taskbound, msgspec",
    "taskbound-pydantic": "taskbound, Pydantic",
    "driver": "driver by hand, msgspec",
    "piccolo": "Piccolo",
    "tortoise": "Tortoise",
    "orm": "SQLAlchemy, Pydantic",
    "advanced-alchemy": "Advanced Alchemy",
    "sqlmodel": "SQLModel",
}

_PANELS = (
    ("asyncpg", "one", "PostgreSQL, asyncpg: one order with customer and lines"),
    ("asyncpg", "fifty", "PostgreSQL, asyncpg: 50 such orders"),
    ("aiosqlite", "one", "SQLite, aiosqlite: one order with customer and lines"),
    ("aiosqlite", "fifty", "SQLite, aiosqlite: 50 such orders"),
    ("asyncpg", "get-insert-commit", "PostgreSQL, asyncpg: an order written and committed"),
    ("asyncpg", "bulk", "PostgreSQL, asyncpg: 100,000 rows written"),
    ("aiosqlite", "get-insert-commit", "SQLite, aiosqlite: an order written and committed"),
    ("aiosqlite", "bulk", "SQLite, aiosqlite: 100,000 rows written"),
)

# Microseconds that are told as seconds.
_LONG = 100_000

# In pixels.
_WIDTH = 880
_PANEL = _WIDTH // 2
_NAME = 160
_BAR = 14
_STEP = 20
_HEAD = 34
_MARGIN = 12
_NUMBER = 64

# Grey for what there is, blue for taskbound; on a dark page the same, lighter.
_STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.head { font-weight: 600 }
.name { text-anchor: end }
.bar { fill: #afb8c1 }
.ours { fill: #0969da }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .bar { fill: #6e7681 }
  .ours { fill: #4493f8 }
}
"""


@dataclass(frozen=True, slots=True)
class _Panel:
    head: str
    times: dict[str, Time]
    left: int
    top: int

    @property
    def height(self) -> int:
        return _HEAD + _STEP * len(self.times) + _MARGIN

    def drawn(self) -> Iterator[str]:
        yield f'<text class="head" x="{self.left + _MARGIN}" y="{self.top + 20}">{self.head}</text>'
        longest = max(time.wall for time in self.times.values())
        for row, (name, time) in enumerate(self.times.items()):
            share = time.wall / longest
            yield from self._bar(name, time, share, self.top + _HEAD + _STEP * row)

    def _bar(self, name: str, time: Time, share: float, top: int) -> Iterator[str]:
        begin = self.left + _NAME + _MARGIN
        width = max(2, round(share * (_PANEL - _NAME - _NUMBER - 2 * _MARGIN)))
        colour = "bar ours" if name.startswith("taskbound") else "bar"
        baseline = top + _BAR - 3
        yield f'<text class="name" x="{begin - 6}" y="{baseline}">{escape(NAMES[name])}</text>'
        yield f'<rect class="{colour}" x="{begin}" y="{top}" width="{width}" height="{_BAR}" rx="2"/>'
        yield f'<text x="{begin + width + 6}" y="{baseline}">{_micros(time.wall)}</text>'


def picture(results: Results) -> str:
    """The picture as SVG, which follows the reader's light or dark theme."""
    panels = list(_panels(results))
    height = max((panel.top + panel.height for panel in panels), default=_HEAD) + 2 * _MARGIN
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
        '<title id="title">Microseconds a read or a write, shorter is faster</title>',
        f"<style>\n{_STYLE}</style>",
        *(line for panel in panels for line in panel.drawn()),
        f'<text x="{_MARGIN}" y="{height - 8}">Time of a read or a write; shorter is faster.'
        " One run on one machine; make bench measures yours.</text>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _panels(results: Results) -> Iterator[_Panel]:
    top = 0
    for first in range(0, len(_PANELS), 2):
        row = [
            _Panel(head, _shown(results, driver, read), column * _PANEL, top)
            for column, (driver, read, head) in enumerate(_PANELS[first : first + 2])
        ]
        yield from (panel for panel in row if panel.times)
        top += max((panel.height for panel in row if panel.times), default=0)


def _shown(results: Results, driver: str, read: str) -> dict[str, Time]:
    found = {name: results.time(driver, read, name) for name in NAMES}
    return {name: time for name, time in found.items() if time is not None}


def _micros(value: float) -> str:
    return f"{value / 1_000_000:,.2f} s" if value >= _LONG else f"{value:,.0f} µs"

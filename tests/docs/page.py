"""A page of the documentation: its headings and its blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "docs" / "guide" / "models.md"

_HEADING = re.compile(r"#{1,6} (?P<title>.+)")
_FENCE = re.compile(r"```(?P<language>\w*)")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, below the heading `section`."""

    section: str
    language: str
    source: str
    # The number, from 1, of the block's first line in its page.
    line: int


@dataclass(frozen=True)
class Example:
    """A block of Python, and the SQL that the page shows for it: the next block, where that is SQL."""

    code: Block
    sql: Block | None


@dataclass(frozen=True)
class Page:
    """A Markdown file."""

    path: Path

    @property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @property
    def name(self) -> str:
        """The path from the project's folder."""
        return self.path.relative_to(ROOT).as_posix()

    def blocks(self, language: str) -> list[Block]:
        """The blocks in one language, in order."""
        return [block for block in _blocks(self.text) if block.language == language]

    def examples(self) -> list[Example]:
        """The blocks of Python, in order."""
        every = list(_blocks(self.text))
        following: list[Block | None] = [*every[1:], None]
        return [
            Example(block, after if after and after.language == "sql" else None)
            for block, after in zip(every, following, strict=True)
            if block.language == "python"
        ]

    def block(self, language: str, section: str) -> Block:
        """The one block in a language below a heading."""
        (found,) = [block for block in self.blocks(language) if block.section == section]
        return found


def pages() -> list[Page]:
    """Every page of the documentation."""
    top = (ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"))
    return [Page(path) for path in (*top, *sorted((ROOT / "docs").rglob("*.md")))]


def error_pages() -> list[Page]:
    """The page of each error code."""
    return [Page(path) for path in sorted((ROOT / "docs" / "errors").glob("TB*.md"))]


def _blocks(text: str) -> Iterator[Block]:
    section, lines = "", iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if heading := _HEADING.fullmatch(line):
            section = heading["title"]
        elif fence := _FENCE.match(line):
            source = "".join(f"{inner}\n" for inner in _until_fence(lines))
            yield Block(section, fence["language"], source, number + 1)


def _until_fence(lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _number, line in lines:
        if line == "```":
            return
        yield line

"""The page of each code: `docs/errors/TBnnn.md`, which the wheel has as `taskbound/check/pages/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

# In an installation from a wheel, and in a working copy.
_FOLDERS = (Path(__file__).parent / "pages", Path(__file__).parents[3] / "docs" / "errors")


@cache
def page_of(code: str) -> str | None:
    """The Markdown of a page, or None where there is none."""
    for folder in _FOLDERS:
        file = folder / f"{code}.md"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None


def codes_with_pages() -> tuple[str, ...]:
    """Every code that has a page, those of the guard too."""
    return tuple(
        sorted({file.stem for folder in _FOLDERS for file in folder.glob("TB[0-9][0-9][0-9].md")})
    )

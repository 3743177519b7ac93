"""Findings made by hand, for what is done with them afterwards."""

from __future__ import annotations

from pathlib import Path

from taskbound.check.finding import Confidence, Edit, Finding, Fix, Step


def finding(
    code: str = "TB101",
    path: str = "app.py",
    line: int = 1,
    column: int = 1,
    *,
    end_line: int | None = None,
    message: str = "`db` is shared",
    confidence: Confidence = Confidence.HIGH,
    flow: tuple[Step, ...] = (),
    fix: Fix | None = None,
) -> Finding:
    """A finding; what a test does not say does not matter to it."""
    told = f"{message} ({code}, docs/errors/{code}.md)"
    return Finding(code, path, line, column, end_line or line, told, confidence, flow, fix)


def replacing(
    path: str,
    line: int,
    start: int,
    end: int,
    text: str,
    *,
    safe: bool = True,
    title: str = "Mend it",
) -> Fix:
    """A fix that puts text in the place of columns, from 0, of one line."""
    return Fix(title, (Edit(path, (line, start), (line, end), text),), safe)


def written(folder: Path, **files: str) -> Path:
    """Python files in a folder, `app__main` in a package `app`; returns the folder."""
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.py"
        if file.parent != folder:
            file.parent.mkdir(parents=True, exist_ok=True)
            (file.parent / "__init__.py").touch()
        file.write_text(text, encoding="utf-8")
    return folder

"""The line that a test stands on, as an error names it."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path


def here(offset: int = 0) -> str:
    """`file:line in function` of the caller, as `Place` shows it, `offset` lines further down."""
    frame = sys._getframe(1)
    file = Path(frame.f_code.co_filename)
    with contextlib.suppress(ValueError):
        file = file.relative_to(Path.cwd())
    return f"{file}:{frame.f_lineno + offset} in {frame.f_code.co_name}"


def there(marker: str, function: str) -> str:
    """`file:line in function` of the one line in the caller's file that ends with `# marker`."""
    file = Path(sys._getframe(1).f_code.co_filename)
    lines = file.read_text(encoding="utf-8").splitlines()
    (line,) = (number for number, text in enumerate(lines, 1) if text.endswith(f"# {marker}"))
    with contextlib.suppress(ValueError):
        file = file.relative_to(Path.cwd())
    return f"{file}:{line} in {function}"

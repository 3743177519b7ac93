"""Files that are looked at again and again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from taskbound.check.watching import watch


def test_changes_are_seen_one_look_after_the_other(tmp_path: Path) -> None:
    kept, gone, new = (tmp_path / name for name in ("kept.py", "gone.py", "new.py"))
    kept.write_text("", encoding="utf-8")
    gone.write_text("", encoding="utf-8")
    turns: list[Callable[[], object]] = [
        lambda: kept.write_text("x = 1", encoding="utf-8"),
        lambda: None,
        gone.unlink,
        lambda: new.write_text("", encoding="utf-8"),
        lambda: os.utime(kept, (1, 1)),
    ]

    looks = watch(
        lambda: [str(path) for path in tmp_path.glob("*.py")],
        wait=lambda _: turns.pop(0)(),
    )

    seen = [[Path(path).name for path in next(looks)] for _ in range(5)]
    assert seen == [[], ["kept.py"], ["gone.py"], ["new.py"], ["kept.py"]]


def test_a_change_while_the_reader_is_at_work_is_not_missed(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text("", encoding="utf-8")
    looks = watch(lambda: [str(file)], wait=lambda _: None)
    next(looks)

    file.write_text("x = 1", encoding="utf-8")

    assert next(looks) == (str(file),)


def test_a_file_that_goes_away_between_two_looks_is_no_error(tmp_path: Path) -> None:
    looks = watch(lambda: [str(tmp_path / "never.py")], wait=lambda _: None)

    assert next(looks) == ()

"""What the bytes of a file tell without a parse, kept by what the file looks like from outside.

As git does: a file whose times, size and place on the disk are what they were is not read again. One that has
changed at the same moment as it was read is not believed to be the same the next time.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

from taskbound.check.ignore import MARK
from taskbound.check.imports import Member
from taskbound.check.relevance import is_part, is_subject

# How coarse the clock of a file system may be, in nanoseconds.
_COARSE = 2_000_000_000


@dataclass(slots=True)
class Glance:
    """One file. stamp: times of change in nanoseconds, size in bytes, place. leads: the modules it imports.

    content: what was read, None where the file was not.
    """

    stamp: tuple[int, ...]
    module: str
    digest: str
    subject: bool
    part: bool
    marked: bool
    leads: tuple[str, ...]
    content: bytes | None = None

    def member(self, path: str, *, relevant: bool) -> Member:
        """The file as a member of its group."""
        member = Member(path, self.module, self.content, relevant=relevant)
        member.digest, member.leads, member.marked = self.digest, self.leads, self.marked
        return member


class Glances:
    """The files that were looked at before. `fresh`: there is something new among them."""

    __slots__ = ("_kept", "fresh")

    def __init__(self, kept: Any = None) -> None:
        self._kept: dict[str, Any] = kept if isinstance(kept, dict) else {}
        self.fresh: bool = False

    def of(self, path: str, module: str, folder: str) -> Glance | None:
        """What a file tells, or None where it can't be read. folder: where relative paths begin."""
        place = os.path.join(folder, path)  # noqa: PTH118 - thousands of them
        try:
            stamp = _stamp(os.stat(place))  # noqa: PTH116 - as above
            return self._known(place, module, stamp) or self._read(place, path, module, stamp)
        except OSError:
            return None

    def plain(self) -> dict[str, Any]:
        """What there is to keep: of files that are no more, too, until another checker comes."""
        return self._kept

    def _known(self, place: str, module: str, stamp: tuple[int, ...]) -> Glance | None:
        try:
            times, named, digest, flags, leads = self._kept[place]
            if tuple(times) != stamp or named != module:
                return None
            return Glance(
                stamp,
                module,
                digest,
                bool(flags & 1),
                bool(flags & 2),
                bool(flags & 4),
                tuple(leads),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def _read(self, place: str, path: str, module: str, stamp: tuple[int, ...]) -> Glance:
        with open(place, "rb") as opened:  # noqa: PTH123 - as above
            content = opened.read()
        member = Member(path, module, content, relevant=True)
        glance = Glance(
            stamp, module, member.digest, is_subject(content), is_part(content), MARK in content,
            member.leads, content,
        )  # fmt: skip
        if max(stamp[:2]) < time.time_ns() - _COARSE:
            flags = glance.subject + 2 * glance.part + 4 * glance.marked
            self._kept[place] = [list(stamp), module, glance.digest, flags, list(glance.leads)]
            self.fresh = True
        return glance


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino

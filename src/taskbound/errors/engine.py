"""An engine made or used wrongly, or a database that does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.errors.base import Failure, Misuse, at

if TYPE_CHECKING:
    from taskbound.place import Place


class EngineMisuse(Misuse):
    """An engine is made or used in a way that cannot work."""


class SyncDriver(EngineMisuse, ValueError):
    """A URL names a driver that is not asynchronous.

    Attributes: `url` (password hidden) and `instead`, the URL to write (None where taskbound knows no
    asynchronous driver for the database).
    """

    code = "TB401"

    url: str
    instead: str | None

    def __init__(self, *, url: str, instead: str | None, known: str) -> None:
        self.url, self.instead = url, instead
        cure = f"write {instead}" if instead else f"use one of {known}"
        self._say(f"{url} names no asynchronous driver", cure)


class MissingDriver(EngineMisuse, ImportError):
    """A URL names a driver whose package is not installed.

    Attributes: `url` (password hidden), `package`, the distribution to install, and `extra`, the
    extra of taskbound that brings it.
    """

    code = "TB402"

    url: str
    package: str
    extra: str

    def __init__(self, *, url: str, package: str, extra: str) -> None:
        self.url, self.package, self.extra = url, package, extra
        self._say(f"{url} needs the package {package}", f"pip install 'taskbound[{extra}]'")


class ForeignLoop(EngineMisuse, RuntimeError):
    """An engine is used from a second event loop while the first one still runs.

    A loop that has been closed is no foreign loop: its connections are dropped and new ones opened.
    """

    code = "TB403"

    url: str
    place: Place | None

    def __init__(self, *, url: str, place: Place | None) -> None:
        self.url, self.place = url, place
        self._say(
            f"the engine for {url} belongs to another event loop that is still open, "
            f"and was used from a second one{at(place)}",
            "make one Database for each event loop, or dispose() the first in its own loop",
        )


class NoSnapshot(EngineMisuse):
    """There is no snapshot for the tasks of a group to share, or there no longer is.

    Attributes: `reason`, and `place`, the line that asked for the group or began the transaction.
    """

    code = "TB410"

    reason: str
    place: Place | None

    def __init__(self, *, reason: str, cure: str, place: Place | None) -> None:
        self.reason, self.place = reason, place
        self._say(f"there is no snapshot{at(place)}: {reason}", cure)


class DatabaseUnavailable(Failure):
    """The database did not answer a health check.

    Attributes: `url` (password hidden), `reason` (what the driver said), and `seconds`, how long the
    check lasted.
    """

    code = "TB404"

    url: str
    reason: str
    seconds: float

    def __init__(self, *, url: str, reason: str, seconds: float) -> None:
        self.url, self.reason, self.seconds = url, reason, seconds
        cure = (
            "check that the folder exists and can be written"
            if url.startswith("sqlite")
            else "check that the server runs and is reachable"
        )
        self._say(f"{url} does not answer: {reason}", cure)


class DatabaseClosing(Failure):
    """A database that is being closed was asked for a connection, or has closed one under its task.

    Attributes: `url` (password hidden), `place`, and `grace`: the seconds after which the connection was
    closed, None where it was not given away any more.
    """

    code = "TB411"

    url: str
    grace: float | None
    place: Place | None

    def __init__(self, *, url: str, grace: float | None, place: Place | None) -> None:
        self.url, self.grace, self.place = url, grace, place
        if grace is None:
            self._say(
                f"{url} is closed, or about to be, and was asked for a connection{at(place)}",
                "end what uses it before close(); async with db opens it again",
            )
        else:
            self._say(
                f"{url} is being closed, and has closed a connection that was used{at(place)} after "
                f"{grace:g} s of grace",
                "end the work before close(), or give it more time: close(grace=30)",
            )

"""Start one server and hand it over when it answers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sqlalchemy import URL, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.servers.died import ServerDied
from tests.servers.place import Place

KEEPER = Path(__file__).with_name("keeper.py")

LOOPBACK = "127.0.0.1"

# Seconds a server has from its start to its first answer; slow machines need more than the usual 1.
START_LIMIT = 60.0

# Seconds between two questions to a starting server.
START_POLL = 0.03


@dataclass(frozen=True)
class Server:
    """A server that answers at `url`; `process` is None where it is not ours but was named."""

    url: URL
    process: int | None = None


@dataclass(frozen=True)
class Order:
    """What a keeper is to run."""

    place: Place
    command: list[str]
    stop_signal: signal.Signals
    environment: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """The order as the keeper reads it."""
        account = self.place.account
        return json.dumps(
            {
                "command": self.command,
                "environment": self.environment,
                "folder": str(self.place.folder),
                "stop_signal": int(self.stop_signal),
                "user": account.user if account else None,
                "group": account.group if account else None,
            }
        )


def free_port() -> int:
    """A loopback port that nothing listens on at this moment."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(order: Order, url: URL) -> Iterator[Server]:
    """The ordered server, once it answers at `url`; stopped, and its folder removed, on exit.

    :raises ServerDied: if it does not answer within START_LIMIT seconds; holds the end of its log.
    """
    with subprocess.Popen(
        [sys.executable, "-I", str(KEEPER), order.as_json()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as keeper:
        assert keeper.stdout is not None
        process = _process_of(keeper.stdout)
        _wait_until_it_answers(url, process, order.place.folder / "log")
        yield Server(url, process)


def _process_of(keeper_output: IO[bytes]) -> int:
    line = keeper_output.readline()
    if not line:
        raise ServerDied("it could not be started at all: its keeper wrote why to standard error")
    return int(line)


def _wait_until_it_answers(url: URL, process: int, log: Path) -> None:
    engine = create_engine(url, poolclass=NullPool)
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            engine.connect().close()
        except OperationalError as refusal:
            if time.monotonic() > deadline or not _lives(process):
                raise ServerDied(log.read_text(errors="replace")) from refusal
            time.sleep(START_POLL)
        else:
            return


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True

"""Keep one server running for as long as the process that asked for it lives.

This is a program, not a module: the test run starts it with an order (JSON) as its only argument
and holds the other end of its standard input. That end closes when the test run closes it, fails
or is killed; then the server is stopped and its folder removed. The keeper has a session of its
own, so Ctrl-C at the terminal reaches only the test run.
"""

from __future__ import annotations

import ctypes
import json
import shutil
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

# Seconds that a server has to stop by itself.
GRACE = 10.0

# From linux/prctl.h: the signal a process gets when its parent dies.
PR_SET_PDEATHSIG = 1


def main(order: dict[str, Any]) -> None:
    """Start the ordered server, print its process id, and stop it when standard input ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    signal.signal(signal.SIGHUP, lambda *_: sys.exit())
    server = start(order)
    try:
        print(server.pid, flush=True)
        # A server that stops by itself is reaped at once, so that its id is seen to be gone.
        threading.Thread(target=server.wait, daemon=True).start()
        sys.stdin.buffer.read()
    finally:
        stop(server, order["stop_signal"])
        shutil.rmtree(order["folder"], ignore_errors=True)


def start(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    """The running server, writing to `log` in its folder."""
    folder = Path(order["folder"])
    as_account: dict[str, Any] = (
        {"user": order["user"], "group": order["group"], "extra_groups": []}
        if order["user"] is not None
        else {}
    )
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            order["command"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=order["environment"],
            # The keeper has no threads yet.
            preexec_fn=partial(stop_with_keeper, order["stop_signal"]),
            **as_account,
        )


def stop_with_keeper(stop_signal: int) -> None:
    """Let Linux stop the server when even the keeper is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop_signal)


def stop(server: subprocess.Popen[bytes], stop_signal: int) -> None:
    """End the server: by its own stop signal, or by force when it does not answer in time."""
    server.send_signal(stop_signal)
    try:
        server.wait(GRACE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

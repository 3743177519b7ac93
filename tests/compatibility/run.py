"""One run of SQLAlchemy's tests, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import URL

from tests.compatibility.plugin import OUTCOMES, SESSION
from tests.compatibility.source import PROJECT, source

# Where SQLAlchemy's tests use an AsyncSession.
TESTS = ("test_session.py", "test_scoping.py", "test_cancellation.py")
_FOLDER = "test/ext/asyncio"

# Our own plugins: SQLAlchemy's tests have another order, event loop and clock.
_NOT_OURS = ("randomly", "asyncio", "cov", "sybil", "timeout", "hypothesispytest")
_PLUGINS = [part for name in _NOT_OURS for part in ("-p", f"no:{name}")]


def outcomes(
    session: str, url: URL, tests: Sequence[str], only: Iterable[str] = ()
) -> dict[str, str]:
    """How each test ended, "passed", "failed" or "skipped", by its name.

    session: a name in `tests.compatibility.sessions`: what the tests import as `AsyncSession`.
    only: names of tests as they are returned, to run no others but those of the same function; all where
        there are none.

    Raises `RuntimeError` with the end of what pytest wrote where it did not get through.
    """
    with tempfile.TemporaryDirectory(prefix="compatibility-") as folder:
        file = Path(folder, "outcomes.json")
        # -s: SQLAlchemy's conftest then takes what is installed, not the source beside it.
        command = [sys.executable, "-s", "-m", "pytest", "-p", "tests.compatibility.plugin"]
        command += [*_PLUGINS, "--quiet", "--maxfail=1000", "--dburi"]
        command += [url.render_as_string(hide_password=False), *map(_path, tests)]
        command += ["-k", " or ".join(sorted({_function(one) for one in only}))]
        path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
        environment = {SESSION: session, OUTCOMES: str(file), "PYTHONPATH": path}
        ended = subprocess.run(
            command,
            cwd=source(),
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode not in {0, 1}:
            raise RuntimeError(f"{session} on {url!r}: pytest did not get through\n{_end(ended)}")
        found: dict[str, str] = json.loads(file.read_text())
        return found


def _path(test: str) -> str:
    return test if "/" in test else f"{_FOLDER}/{test}"


def _function(test: str) -> str:
    return test.rpartition("::")[2].partition("[")[0]


def _end(ended: subprocess.CompletedProcess[str]) -> str:
    return "\n".join((ended.stdout + ended.stderr).splitlines()[-40:])

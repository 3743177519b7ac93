"""A plugin of the pytest that runs SQLAlchemy's tests: whose session they use, and how each ended.

It is loaded before the test modules are, so what they import from `sqlalchemy.ext.asyncio` is what is
put there. SQLAlchemy's own modules go on using their own class.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

# A name in `tests.compatibility.sessions`.
SESSION = "TASKBOUND_COMPATIBILITY_SESSION"
# The file that the outcomes are written to.
OUTCOMES = "TASKBOUND_COMPATIBILITY_OUTCOMES"

# SQLAlchemy's plugin puts the dialect, driver and the server's version into the name of a class.
_DATABASE = re.compile(r"_(sqlite|postgresql|mysql|mariadb)\+\w+(?=::)")

_outcomes: dict[str, str] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Ask PostgreSQL for no extensions: the one from the wheel has none, and no asyncio test needs any."""
    from sqlalchemy.dialects.postgresql import provision

    provision._extensions.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Put a session class where the tests will find `AsyncSession`."""
    from sqlalchemy.ext import asyncio

    from tests.compatibility.sessions import session_class

    chosen = session_class(os.environ[SESSION])
    (asyncio.async_sessionmaker.__init__.__kwdefaults__ or {})["class_"] = chosen
    asyncio.AsyncSession = chosen  # type: ignore[misc]  # which is what this is for


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a test ended: a failure in its setup or afterwards counts as one."""
    name = _DATABASE.sub("", report.nodeid)
    ended = report.when == "call" or report.outcome != "passed"
    if ended and _outcomes.get(name) != "failed":
        _outcomes[name] = report.outcome


def pytest_sessionfinish() -> None:
    """Write the outcomes down."""
    Path(os.environ[OUTCOMES]).write_text(json.dumps(_outcomes, indent=1, sort_keys=True))

"""Where the examples of the documentation run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.reader import Reader


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """A reader in an empty folder, who has every driver but asyncmy, and nothing in the environment."""
    monkeypatch.chdir(tmp_path)
    # How Python itself marks a module that is not to be imported.
    monkeypatch.setitem(sys.modules, "asyncmy", None)
    monkeypatch.delenv("TASKBOUND_URL", raising=False)
    with Reader() as someone:
        yield someone

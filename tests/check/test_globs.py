"""Globs of paths."""

from __future__ import annotations

import pytest

from taskbound.check.globs import Glob


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("tests/**", "tests/a/b.py"),
        ("tests", "tests/a.py"),
        ("tests", "app/tests/a.py"),
        ("./tests/", "tests/a.py"),
        ("**/migrations/*.py", "app/migrations/one.py"),
        ("**/migrations/*.py", "migrations/one.py"),
        ("conftest.py", "tests/a/conftest.py"),
        ("app/*.py", "app/a.py"),
        ("app/[ab].py", "app/a.py"),
        ("app/[!ab].py", "app/c.py"),
        ("app/?.py", "app/a.py"),
        ("**", "a.py"),
        ("a+(b).py", "a+(b).py"),
    ],
)
def test_a_glob_matches(glob: str, path: str) -> None:
    assert Glob(glob).matches(path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("tests/**", "app/tests/a.py"),
        ("test", "tests/a.py"),
        ("app/*.py", "app/b/a.py"),
        ("app/[!ab].py", "app/a.py"),
        ("a.py", "aXpy"),
    ],
)
def test_a_glob_does_not_match(glob: str, path: str) -> None:
    assert not Glob(glob).matches(path)

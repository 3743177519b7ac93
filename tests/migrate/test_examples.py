"""Applications that are migrated, and do the same afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from taskbound.migrate import migrate
from tests.migrate.project import EXAMPLES, run

_NAMES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.fixture(params=_NAMES)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of one application."""
    folder = tmp_path / str(request.param)
    shutil.copytree(EXAMPLES / folder.name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_an_application_does_the_same_when_it_is_migrated(example: Path) -> None:
    after = example.with_name("after")
    shutil.copytree(example, after)
    for file in migrate([after]).files:
        file.write()

    assert run(after) == run(example) != ""


def test_a_second_run_changes_nothing(example: Path) -> None:
    for file in migrate([example]).files:
        file.write()

    assert migrate([example]).files == ()


def test_nothing_of_the_synchronous_face_is_left(example: Path) -> None:
    for file in migrate([example]).files:
        file.write()

    words = (
        ".query(",
        " create_engine(",
        " sessionmaker(",
        "db: Session,",
        "db: Session =",
        "with Session(",
    )
    texts = [path.read_text(encoding="utf-8") for path in example.rglob("*.py")]
    assert [word for word in words for text in texts if word in text] == []

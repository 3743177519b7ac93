"""What the migration cannot see the receiver of is told, and what it finds is the same each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrate.project import EXAMPLES, migrated, text_of

_HEAD = "from models import User\nfrom sqlalchemy.orm import Session\n\n\n"
_REPOSITORY = """
class UserRepository:
    def __init__(self, db: Session):
        self.db = db

    def get(self, key):
        return self.db.get(User, key)

    def by_name(self, name):
        return self.db.query(User).filter_by(name=name).one()


"""


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        (
            "def asked(obj):\n    return obj.query(User).all()\n",
            6,
            "where `obj` comes from is not known: if it is a session, write the statement with "
            "select(), or annotate it before you migrate",
        ),
        (
            "def asked(request):\n    request.state.db.commit()\n",
            6,
            "where `request.state.db` comes from is not known: if it is a session, await this, or "
            "annotate it before you migrate",
        ),
        (
            "def asked(query):\n    return query.filter(User.id == 1).first()\n",
            6,
            "where this query comes from is not known: if it is one, send it as "
            "`await session.scalars(...)`, or annotate its session before you migrate",
        ),
        (
            _REPOSITORY + "def asked(repo):\n    return repo.get(1)\n",
            18,
            "where `repo` comes from is not known, and `UserRepository.get` is a coroutine function "
            "now: await it if that is called here, or annotate `repo` before you migrate",
        ),
        (
            _REPOSITORY + "def asked(anything):\n    return anything.by_name(1)\n",
            18,
            "where `anything` comes from is not known, and `UserRepository.by_name` is a coroutine "
            "function now: await it if that is called here, or annotate `anything` before you migrate",
        ),
        (
            "import runpy\n\n\ndef load(db: Session):\n    return db.get(User, 1)\n\n\n"
            "def asked(path):\n    load = runpy.run_path(path)['load']\n    return load(1)\n",
            14,
            "where this `load` comes from is not known, and a function of that name is a coroutine "
            "function now: await it if that is called here",
        ),
        (
            "import celery\n\n\nclass Mails(celery.Task):\n"
            "    def on_failure(self, db: Session):\n        db.commit()\n",
            9,
            "`Mails.on_failure` is a coroutine function now: if `celery.Task` has one of that name, "
            "see that who calls it awaits it",
        ),
    ],
)
def test_a_call_on_what_is_not_known_is_told(
    tmp_path: Path, source: str, line: int, reason: str
) -> None:
    left = migrated(tmp_path, asked=_HEAD + source).left

    assert [(each.line, each.reason) for each in left] == [(line, reason)]


@pytest.mark.parametrize(
    "call",
    [
        "settings.get(1)",
        "repo.get(1, 2)",
        "repo.by_name()",
        "json.loads(settings).get(1)",
        "await repo.by_name(1)",
        'open("a").close()',
        "(await settings.execute(1)).scalars()",
    ],
)
def test_a_call_that_can_be_none_of_them_is_not_told(tmp_path: Path, call: str) -> None:
    source = f"import json\n\n\nasync def asked(repo, settings):\n    return {call}\n"

    assert migrated(tmp_path, asked=_HEAD + _REPOSITORY + source).left == ()


def test_a_cast_tells_what_is_called(tmp_path: Path) -> None:
    source = (
        "from typing import cast\n\n\n"
        "def asked(repo):\n    return cast(UserRepository, repo).by_name(1)\n"
    )

    outcome = migrated(tmp_path, asked=_HEAD + _REPOSITORY + source)

    assert "return await cast(UserRepository, repo).by_name(1)\n" in text_of(outcome, "asked")


def test_a_new_object_is_refreshed_only_where_it_surely_is(tmp_path: Path) -> None:
    source = """
def asked(db: Session, names):
    for name in names:
        user = User(name=name)
        db.add(user)
    db.commit()
    return user.orders
"""

    outcome = migrated(tmp_path, asked=_HEAD + source)

    assert ".refresh(" not in text_of(outcome, "asked")
    assert [each.reason for each in outcome.left] == [
        "`User.orders` of a new object is not loaded here"
    ]


def test_an_attribute_that_is_called_after_a_class_is_asked_for_objects(tmp_path: Path) -> None:
    source = "def asked(db: Session, service):\n    return db.query(service.crud.model).all()\n"

    outcome = migrated(tmp_path, asked=_HEAD + source)

    assert "(await db.scalars(select(service.crud.model))).all()" in text_of(outcome, "asked")


def test_a_call_of_a_coroutine_function_here_and_of_a_function_there_is_told(
    tmp_path: Path,
) -> None:
    source = """
class InMemory:
    def get(self, key):
        return key


def asked(db: Session, key):
    users = UserRepository(db) if key else InMemory()
    return users.get(key)
"""

    left = migrated(tmp_path, asked=_HEAD + _REPOSITORY + source).left

    assert [each.reason for each in left] == [
        "`UserRepository.get` is a coroutine function now and `InMemory.get` is none, and this can "
        "call either: make both the same"
    ]


def test_the_outcome_is_the_same_whatever_the_hashes_are() -> None:
    asked = (
        "from pathlib import Path\nfrom taskbound.migrate import migrate\n"
        f"print(migrate([Path({str(EXAMPLES)!r})]))\n"
    )

    outcomes = {
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=100,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(outcomes) == 1

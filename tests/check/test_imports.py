"""Which files hang together."""

from __future__ import annotations

import pytest

from taskbound.check.imports import Imported, Member, groups, imports_of


@pytest.mark.parametrize(
    ("text", "imported"),
    [
        ("import a.b", [Imported(0, "a.b", None)]),
        ("import a as b, c  # and d", [Imported(0, "a", None), Imported(0, "c", None)]),
        ("from a import b as c, d", [Imported(0, "a", ("b", "d"))]),
        ("from .. import b", [Imported(2, "", ("b",))]),
        ("from .a import (\n    b,  # the b\n    c,\n)", [Imported(1, "a", ("b", "c"))]),
        ("from a import b, \\\n    c", [Imported(0, "a", ("b", "c"))]),
        ("def f():\n    from a import b", [Imported(0, "a", ("b",))]),
        ("if x: import a", [Imported(0, "a", None)]),
        ("import a; from b import c", [Imported(0, "a", None), Imported(0, "b", ("c",))]),
        ("from a import *", [Imported(0, "a", ())]),
        ("important = 1", []),
        ("# import a", []),
    ],
)
def test_imports_are_read_without_a_parse(text: str, imported: list[Imported]) -> None:
    assert list(imports_of(text.encode())) == imported


def test_files_that_import_each_other_are_a_group_and_others_another() -> None:
    together = _groups(
        {"a.main": "from a import db", "a.db": "", "b.main": "import b.db", "b.db": ""}
    )

    assert together == [["a/main.py", "a/db.py"], ["b/main.py", "b/db.py"]]


def test_relative_imports_start_at_the_package() -> None:
    together = _groups({"a.x.one": "from ..y import two", "a.y.two": "", "y.two": ""})

    assert together == [["a/x/one.py", "a/y/two.py"], ["y/two.py"]]


def test_a_project_that_is_not_at_its_root_is_found_by_the_end_of_names() -> None:
    together = _groups({"services.a.main": "from a.db import engine", "services.a.db": ""})

    assert together == [["services/a/main.py", "services/a/db.py"]]


def test_a_name_of_one_word_proves_nothing() -> None:
    together = _groups({"a.main": "import logging", "b.logging": ""})

    assert together == [["a/main.py"], ["b/logging.py"]]


def test_files_that_cannot_matter_are_left_out_unless_something_leads_to_them() -> None:
    members = [
        Member("a.py", "a", b"import b", relevant=True),
        Member("b.py", "b", b"import c", relevant=False),
        Member("c.py", "c", b"", relevant=True),
        Member("d.py", "d", b"import a", relevant=False),
    ]

    assert [[one.path for one in group] for group in groups(members)] == [["a.py", "b.py", "c.py"]]


def _groups(modules: dict[str, str]) -> list[list[str]]:
    members = [
        Member(f"{name.replace('.', '/')}.py", name, text.encode(), relevant=True)
        for name, text in modules.items()
    ]
    return [[one.path for one in group] for group in groups(members)]

"""What `import taskbound` gives."""

from __future__ import annotations

import inspect
import subprocess
import sys
from types import ModuleType

import pytest

import taskbound


def test_the_public_names_are_sorted() -> None:
    # Constants first, as ruff sorts them.
    assert (
        sorted(taskbound.__all__, key=lambda name: (not name.isupper(), name)) == taskbound.__all__
    )


def test_the_public_names_are_what_the_package_has() -> None:
    here = {
        name
        for name, value in vars(taskbound).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }

    # They are imported when they are asked for; the rest are names of the import itself.
    now = here - {"Any", "TYPE_CHECKING", "annotations", "import_module"}
    assert now <= set(taskbound.__all__)
    assert set(taskbound._LATER) < set(taskbound.__all__)
    assert set(taskbound.__all__) <= set(dir(taskbound))


@pytest.mark.parametrize(
    ("statement", "later"),
    [
        ("import taskbound", "sqlalchemy"),
        ("from taskbound import Database, TaskSession", "taskbound.read"),
        ("from taskbound.check import check", "sqlalchemy"),
    ],
)
def test_what_is_not_asked_for_is_not_imported(statement: str, later: str) -> None:
    seen = f"import sys; {statement}; print([n for n in sys.modules if n.startswith('{later}')])"

    found = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)

    assert found.stdout == "[]\n"


@pytest.mark.parametrize("name", taskbound.__all__)
def test_a_public_name_has_a_docstring_of_its_own(name: str) -> None:
    value = getattr(taskbound, name)

    assert value.__doc__
    assert value.__doc__ != getattr(getattr(value, "__base__", None), "__doc__", None)


@pytest.mark.parametrize("name", taskbound.__all__)
def test_what_a_public_class_can_do_has_docstrings(name: str) -> None:
    undocumented = [
        attribute
        for attribute, value in vars(getattr(taskbound, name)).items()
        if not attribute.startswith("_") and _is_callable(value) and not inspect.getdoc(value)
    ]

    assert undocumented == []


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    unknown = "Telepathy"

    with pytest.raises(AttributeError) as caught:
        getattr(taskbound, unknown)

    assert str(caught.value) == "module 'taskbound' has no attribute 'Telepathy'"


def _is_callable(value: object) -> bool:
    return inspect.isfunction(value) or isinstance(value, classmethod | staticmethod | property)

"""Each error has a page whose bad example raises it, and whose good one does not."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

import pytest

from taskbound import Failure, Finding, TaskboundError, TaskboundWarning, subscribe
from taskbound.guard.modes import Modes
from taskbound.guard.report import forget
from tests.docs.page import ROOT, Page, error_pages
from tests.docs.reader import Reader
from tests.servers.databases import Databases

# What only the checker sees has no class; tests/check/test_pages.py reads its pages.
_PAGES = [page for page in error_pages() if not page.path.stem.startswith("TB7")]
_INDEX = Page(ROOT / "docs" / "errors" / "README.md")


@pytest.fixture
def settings(
    reader: Reader, page: Page, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A PostgreSQL database in the environment, where the page is about what no other database has."""
    if "Database.from_settings()" not in page.text:
        yield
        return
    databases: Databases = request.getfixturevalue("postgresql_databases")
    with databases.fresh() as url:
        named = url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
        monkeypatch.setenv("TASKBOUND_URL", named)
        yield


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.path.stem)
def test_the_bad_example_raises_or_reports_the_error_with_the_message_of_the_page(
    page: Page, reader: Reader
) -> None:
    message = page.block("text", "What it says").source.rstrip("\n")
    cls = _class_of(page)

    if issubclass(cls, Failure) or Modes().of(cls.code) == "raise":
        with pytest.raises(cls) as caught:
            reader.run(page.block("python", "Bad"))

        assert str(caught.value) == message
    else:
        assert message in _reported(reader, page)


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.path.stem)
def test_the_other_examples_run(page: Page, reader: Reader) -> None:
    good = [block for block in page.blocks("python") if block.section != "Bad"]

    for block in good:
        reader.run(block)

    assert good


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.path.stem)
def test_a_page_names_its_code_and_its_class_in_the_title(page: Page) -> None:
    cls = _class_of(page)

    assert page.text.startswith(f"# {cls.code} {cls.__name__}\n")


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(_errors()) == [page.path.stem for page in _PAGES]


def test_the_index_names_every_error_once_with_its_page() -> None:
    linked = re.findall(r"^\| \[(TB\d+)\]\((TB\d+)\.md\) \| `(\w+)` \|", _INDEX.text, re.MULTILINE)

    wanted = [(code, code, cls.__name__) for code, cls in sorted(_errors().items())]
    assert sorted(linked) == wanted


def _reported(reader: Reader, page: Page) -> list[str]:
    """What the guard reports while the bad example runs."""
    forget()
    reported: list[str] = []
    stop = subscribe(lambda finding: reported.append(str(finding.error)), Finding)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TaskboundWarning)
            reader.run(page.block("python", "Bad"))
    finally:
        stop()
    return reported


def _class_of(page: Page) -> type[TaskboundError]:
    return _errors()[page.path.stem]


def _errors() -> dict[str, type[TaskboundError]]:
    """Every error class that has a code of its own, by that code."""
    return {cls.code: cls for cls in _below(TaskboundError) if cls.__dict__.get("code")}


def _below(cls: type[TaskboundError]) -> Iterator[type[TaskboundError]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _below(subclass)

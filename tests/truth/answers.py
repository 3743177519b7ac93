"""A question put to taskbound in every way that it has, beside the answer of the oracle."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from taskbound import Database, MultipleFound, NotFound, TaskSession, projection
from tests.truth.dtos import Dto, described
from tests.truth.sameness import Form, difference, form, forms
from tests.truth.serialised import Unserialisable, json_form, serialised
from tests.truth.statements import Statement

Reader = Database | TaskSession
_MANY = 2


class Differs(AssertionError):
    """taskbound and the ORM do not agree."""


class Question:
    """A DTO and a statement."""

    def __init__(self, dto: Dto, statement: Statement, *, prepared: bool = False) -> None:
        self.dto = dto
        self.statement = statement
        self._prepared = prepared or bool(statement.parameters)

    def query(self, reader: Reader, children: Any = None) -> Any:
        """taskbound's query."""
        if self._prepared:
            return reader.project(self._projection(children), **self.statement.parameters)
        return reader.project(self.dto.made, self.statement.asked, children=children)

    @functools.cache  # noqa: B019  # lives as long as its example
    def _projection(self, children: Any) -> Any:
        return projection(self.dto.made, self.statement.select, children=children)

    def __str__(self) -> str:
        how = "prepared" if self._prepared else "ad hoc"
        return f"{described(self.dto)}\n{how}: {self.statement}"


class Answer:
    """What has to come: one DTO for each key, in the order of the statement where it has one."""

    def __init__(
        self, question: Question, keys: Sequence[tuple[Any, ...]], expected: Sequence[Any]
    ) -> None:
        self._question = question
        self._keys = keys
        self._expected = expected
        self._dto = question.dto
        self._ordered = question.statement.ordered

    async def check(self, reader: Reader, *, way: int) -> None:
        """Compare.

        way: which of the rarer methods is tried beside `all()`.

        Raises `Differs`, and whatever taskbound raises, with the question as a note.
        """
        try:
            await self.check_strategy(reader, None)
            await self._check_in(way, reader)
        except Exception as error:
            error.add_note(str(self._question))
            raise

    async def _check_in(self, way: int, reader: Reader) -> None:
        ways: tuple[Callable[[Reader], Awaitable[None]], ...] = (
            self._check_one,
            self._check_strategies,
            self._check_first,
            self._check_json,
            self._check_stream,
            self._check_counted,
            self._check_pages,
            self._check_numbered_pages,
            self._check_keys,
        )
        await ways[way % len(ways)](reader)

    async def check_strategy(self, reader: Reader, children: str | None) -> None:
        """Compare what one strategy for children gives. Raises `Differs`."""
        found = await self._question.query(reader, children).all()
        self._compare_all(f"all() with children={children!r}", found)

    async def _check_strategies(self, reader: Reader) -> None:
        for children in ("batch", "inline"):
            await self.check_strategy(reader, children)

    async def _check_one(self, reader: Reader) -> None:
        query, count = self._question.query(reader), len(self._expected)
        try:
            found = [await query.one()]
        except (NotFound, MultipleFound) as error:
            self._compare("one() raised", type(error), MultipleFound if count else NotFound)
        else:
            self._compare_all("one()", found)
        try:
            made = await query.one_or_none()
        except MultipleFound:
            self._compare("one_or_none() found many, which", True, count >= _MANY)
        else:
            self._compare_all("one_or_none()", [] if made is None else [made])

    async def _check_first(self, reader: Reader) -> None:
        made = await self._question.query(reader).first()
        if made is None or not self._expected:
            self._compare_all("first()", [] if made is None else [made])
        elif self._ordered:
            self._compare("first()", form(self._dto, made), form(self._dto, self._expected[0]))
        else:
            among = [form(self._dto, one) for one in self._expected]
            self._compare("first(), one of all,", form(self._dto, made) in among, True)

    async def _check_json(self, reader: Reader) -> None:
        query = self._question.query(reader)
        try:
            expected = serialised(self._dto, self._expected)
        except Unserialisable:
            return
        found, wanted = (
            json_form(self._dto, body, ordered=self._ordered)
            for body in (await query.json(), expected)
        )
        self._compare("json()", found, wanted)

    async def _check_stream(self, reader: Reader) -> None:
        query = self._question.query(reader)
        self._compare_all("stream()", [made async for made in query.stream(size=_MANY)])

    async def _check_counted(self, reader: Reader) -> None:
        query = self._question.query(reader)
        self._compare("count()", await query.count(), len(self._expected))
        self._compare("exists()", await query.exists(), bool(self._expected))

    async def _check_pages(self, reader: Reader) -> None:
        """All pages forwards, and then all backwards."""
        if not self._question.statement.pageable:
            return
        query = self._question.query(reader)
        pages = [await query.page(size=_MANY, total="exact")]
        while pages[-1].next:
            pages.append(await query.page(size=_MANY, after=pages[-1].next))
        self._compare_all("page(), forwards", [made for page in pages for made in page.items])
        self._compare("page().total", pages[0].total, len(self._expected))
        items = list(pages[-1].items)
        before = pages[-1].previous
        while before:
            page = await query.page(size=_MANY, before=before)
            items, before = [*page.items, *items], page.previous
        self._compare_all("page(), backwards", items)

    async def _check_numbered_pages(self, reader: Reader) -> None:
        if not self._question.statement.pageable:
            return
        query, items = self._question.query(reader), list[Any]()
        for offset in range(0, len(self._expected) + 1, _MANY):
            items += (await query.page_at(offset=offset, size=_MANY)).items
        self._compare_all("page_at()", items)

    async def _check_keys(self, reader: Reader) -> None:
        """Each row by its own key."""
        if not self._question.statement.pageable:
            return
        query = self._question.query(reader)
        for key, expected in zip(self._keys, self._expected, strict=True):
            made = await query.get(key if len(key) > 1 else key[0])
            found = None if made is None else form(self._dto, made)
            self._compare(f"get({key!r})", found, form(self._dto, expected))

    def _compare_all(self, what: str, found: Sequence[Any]) -> None:
        self._compare(what, self._forms(found), self._forms(self._expected))

    def _compare(self, what: str, found: Any, expected: Any) -> None:
        if found != expected:
            raise Differs(f"{what} differs {difference(found, expected)}")

    def _forms(self, made: Sequence[Any]) -> list[Form]:
        return forms(self._dto, made, ordered=self._ordered)

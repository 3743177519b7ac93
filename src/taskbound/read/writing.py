"""The JSON of a read: the database's own, where that is sure to be what the library of the DTO writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.assemble import serialiser
from taskbound.read.reading import in_filters
from taskbound.read.run import read
from taskbound.shape import spelled
from taskbound.shape.json_form import Unwritten
from taskbound.statement import CompiledStatement, extensible
from taskbound.statement.misfit import MISFIT

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Select

    from taskbound.assemble import Serialiser
    from taskbound.read.asked import Asked, Ready
    from taskbound.read.reading import Reading
    from taskbound.read.run import Source
    from taskbound.statement import Target

_MISFIT = MISFIT.encode()


class Writing:
    """Who writes the JSON of a reading.

    reason: why the database does not; None where it does.
    """

    __slots__ = ("library", "reason", "statement")

    def __init__(
        self, library: Serialiser, statement: CompiledStatement | None, reason: str | None
    ) -> None:
        self.library: Serialiser = library
        self.statement = statement
        self.reason = reason

    def leave_to_library(self) -> None:
        """Have the library write from now on, after a value that the database did not write."""
        self.statement = None
        self.reason = "a value was read that the database writes in another way"

    def __str__(self) -> str:
        if self.reason is None:
            return "JSON by the database"
        return f"JSON by {self.library.library}, because {self.reason}"


async def read_json(source: Source, asked: Asked[Any]) -> bytes:
    """A JSON array of the DTOs that were asked for."""
    ready = asked.ready(source.target)
    found = _writing_of(asked, ready, source.target)
    if found.statement is not None:
        sql, arguments = found.statement.bound(ready.parameters, ready.extracted)
        ((text,),) = await source.fetch(sql, arguments)
        body: bytes = text if isinstance(text, bytes) else text.encode()
        if _MISFIT not in body:
            return body
        found.leave_to_library()
    return found.library.dump(await read(source, ready))


def writing(source: Source, asked: Asked[Any]) -> Writing:
    """Who writes the JSON of a query, and why. Nothing is sent."""
    return _writing_of(asked, asked.ready(source.target), source.target)


def _writing_of(asked: Asked[Any], ready: Ready, target: Target) -> Writing:
    """Who writes, found out at the first use of a reading."""
    kept = ready.reading.writing
    if not kept:
        kept.append(_writing(asked, ready, target))
    return kept[0]


def _writing(asked: Asked[Any], ready: Ready, target: Target) -> Writing:
    library = serialiser(ready.reading.plan.shape)
    try:
        selected = _document(asked, ready.reading, target.dialect, library)
    except Unwritten as reason:
        return Writing(library, None, str(reason))
    # Other values may stand in for those of the statement, as they do in the reading.
    key = asked.statement._generate_cache_key() if ready.extracted is not None else None
    return Writing(
        library, CompiledStatement(selected, target.of_statement(asked.statement), key), None
    )


def _document(
    asked: Asked[Any], reading: Reading, dialect: Dialect, library: Serialiser
) -> Select[Any]:
    """The SELECT of the whole JSON. Raises `Unwritten` where the database cannot write it."""
    # Brings SQLAlchemy's dialects along, a tenth of the time of `import taskbound`.
    from taskbound.statement.document import document, engine_of

    engine_of(dialect)
    if asked.children == "batch":
        raise Unwritten(f"children of {spelled(asked.dto)} are to be read in batches")
    entity, plan = asked.planned()
    whole = asked.statement
    if reading.is_filtered:
        whole = in_filters(whole, asked.filters)
    statement, within = extensible(whole, entity)
    return document(plan, statement, within, dialect, library.form())

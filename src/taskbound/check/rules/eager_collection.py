"""A collection that every query of its class joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import ModuleFacts
    from taskbound.check.summary.program import Program

_WHY = {
    "joined": "every query of it joins the rows and has to ask for unique()",
    "subquery": "every query of it runs a second time as a subquery",
}


class EagerCollection(Rule):
    """`relationship(lazy="joined")` of a collection."""

    code = "TB710"
    name = "eager-collection"
    confidence = Confidence.HIGH
    summary = 'lazy="joined" or lazy="subquery" of a collection'

    def check_module(self, module: ModuleFacts, program: Program) -> Iterator[Finding]:
        if not program.asynchronous:
            return
        for cls in module.classes:
            mapped = program.project.mapped(cls)
            for relationship in mapped.relationships.values() if mapped is not None else ():
                why = _WHY.get(str(relationship.lazy))
                if relationship.cls is cls and relationship.many and why:
                    yield self.finding(
                        module.source,
                        relationship.call or relationship.node,
                        f'{cls.name}.{relationship.name} is a collection with lazy="{relationship.lazy}": '
                        f'{why}; say lazy="selectin", or load it where it is needed: selectinload(...)',
                    )

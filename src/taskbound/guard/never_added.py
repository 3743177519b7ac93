"""No flush that leaves out what a relationship holds: an object that nobody has added (TB308).

SQLAlchemy 2 adds no object for being given a parent that is in the session. The parent's collection
then holds it, the flush passes it over with a warning, and its row is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import dependency
from sqlalchemy.orm.unitofwork import UOWTransaction

from taskbound.errors import NeverAdded
from taskbound.guard.report import report
from taskbound.place import calling_place

if TYPE_CHECKING:
    from types import FrameType

    from sqlalchemy.orm import InstanceState

    from taskbound.guard.session import GuardedSession

# Where SQLAlchemy asks whether an object is in the session, and warns where it is not.
_ASKING = {UOWTransaction.register_object.__code__} | {
    processor._synchronize.__code__
    for name, processor in vars(dependency).items()
    # SQLAlchemy 2.0 has the names without the underscore.
    if name.lstrip("_") in {"ManyToManyDP", "ManyToOneDP"}
}


def check(session: GuardedSession, state: InstanceState[object], asking: FrameType) -> None:
    """Raise or report `NeverAdded` for an object that is not in the session while that is flushed.

    asking: the frame that has asked, which knows what the object is for.
    """
    if asking.f_code not in _ASKING or state.deleted:
        return
    known = asking.f_locals
    if known["operation"] != "add":
        return
    prop = known["prop"] if "prop" in known else known["self"].prop
    place = calling_place()
    error = NeverAdded(entity=state.class_.__name__, relationship=str(prop), place=place)
    report(error, place, session.modes)

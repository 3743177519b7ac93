"""What the guard does about each code: raise, warn, observe, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, cast, get_args

Mode = Literal["raise", "warn", "observe", "off"]
"""`raise` refuses. `warn` is a `TaskboundWarning`, `observe` a line in the log; both are events, and the
program goes on. `off` does not look."""

Guard = bool | Mode | Mapping[str, Mode]
"""What `guard=` takes: True for the defaults, False for none, a mode for every code, or modes by code
(`{"TB405": "raise"}`), where the beginning of a code stands for all that begin so (`{"TB4": "off"}`).
TB207 is off until its own code is named."""

_MODES: tuple[str, ...] = get_args(Mode)

# What corrupts or loses data raises; what only costs is reported. The longest beginning counts.
_DEFAULTS: dict[str, Mode] = {
    "TB": "raise",
    "TB205": "observe",
    "TB206": "observe",
    "TB207": "off",
    "TB302": "warn",
    "TB305": "observe",
    "TB405": "observe",
    "TB406": "observe",
    "TB408": "observe",
    "TB409": "observe",
}


# What costs so much that only its own code turns it on, not a mode for all codes nor a beginning.
_BY_CODE = frozenset(("TB207",))

# The families of the codes that a session itself looks for.
_OF_SESSIONS = ("TB1", "TB2", "TB3", "TB405")


class Modes:
    """The mode of every code, for one database or one session."""

    __slots__ = ("_by_beginning", "_found", "for_sessions")

    def __init__(self, guard: Guard = True) -> None:
        """Raises `ValueError` for a mode or a code that there is not, `TypeError` for another type."""
        self._by_beginning: dict[str, Mode] = dict(_DEFAULTS)
        self._found: dict[str, Mode] = {}
        if isinstance(guard, bool):
            if not guard:
                self._by_beginning = {"TB": "off"}
        elif isinstance(guard, str):
            self._set("TB", _checked(guard))
        elif isinstance(guard, Mapping):
            for code, mode in guard.items():
                self._set(code, _checked(mode))
        else:
            raise TypeError(
                f"guard must be a bool, a mode or a dict of modes by code, not {guard!r}"
            )
        # Whether a session has anything to look for; if not, it is SQLAlchemy's own.
        self.for_sessions: bool = any(self._looks_for(family) for family in _OF_SESSIONS)

    def _set(self, code: str, mode: Mode) -> None:
        if not code.startswith("TB") or not (code[2:] or "0").isdigit():
            raise ValueError(f"guard names {code!r}, which is no code such as 'TB405' or 'TB4'")
        # What is said about a family holds for the codes in it, whatever their defaults are.
        kept = {
            own: of
            for own, of in self._by_beginning.items()
            if not own.startswith(code) or (own in _BY_CODE and of == "off" and own != code)
        }
        self._by_beginning = {**kept, code: mode}

    def _looks_for(self, family: str) -> bool:
        """Whether any code of a family has a mode other than `off`."""
        return self.of(family) != "off" or any(
            mode != "off" for own, mode in self._by_beginning.items() if own.startswith(family)
        )

    def of(self, code: str) -> Mode:
        """The mode of a code."""
        mode = self._found.get(code)
        if mode is None:
            beginning = max((own for own in self._by_beginning if code.startswith(own)), key=len)
            mode = self._found[code] = self._by_beginning[beginning]
        return mode

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return any(mode != "off" for mode in self._by_beginning.values())


@lru_cache(maxsize=8)
def _named(guard: bool | str) -> Modes:  # a setting, as it was given
    return Modes(cast("Guard", guard))


def modes_of(guard: Guard | Modes) -> Modes:
    """The modes that `guard=` asks for; made once, unless they are given by code. Raises as `Modes`."""
    if isinstance(guard, Modes):
        return guard
    return _named(guard) if isinstance(guard, (bool, str)) else Modes(guard)


def _checked(mode: object) -> Mode:
    if mode not in _MODES:
        raise ValueError(f"guard has no mode {mode!r}: it is one of {', '.join(_MODES)}")
    return mode  # type: ignore[return-value]  # one of its values

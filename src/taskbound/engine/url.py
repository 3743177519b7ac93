"""Which database and driver a URL names, and whether taskbound can use it."""

from __future__ import annotations

from importlib.util import find_spec

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from taskbound.driver import DRIVERS, driver_of
from taskbound.errors import MissingDriver, SyncDriver

# The asynchronous driver to write instead, for each database that a synchronous URL may name.
_INSTEAD = {
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "mysql": "mysql+aiomysql",
    "mariadb": "mysql+aiomysql",
    "sqlite": "sqlite+aiosqlite",
}


# Parameters of drivers that are as secret as the password of the URL.
_SECRETS = frozenset(("password", "passwd", "sslpassword", "ssl_key_password"))

_UNREADABLE = (
    "the database URL cannot be read: it is driver://user:password@host:port/database, with %40 for "
    "an @ and %2F for a / in the password"
)


def read_url(url: str | URL) -> URL:
    """The URL, once it is sure that it names an asynchronous driver that is installed.

    Raises `SyncDriver` with the URL to write instead, `MissingDriver` with the package to install,
    and `sqlalchemy.exc.ArgumentError` where the text is not a URL.
    """
    read = _parse(url)
    driver = driver_of(read)
    if driver is not None:
        if find_spec(driver.package) is None:
            raise MissingDriver(url=masked(read), package=driver.package, extra=driver.extra)
    elif not _is_async(read):
        raise _sync_driver(read)
    return read


def masked(url: URL) -> str:
    """The URL as text that may be shown: with `***` for the password."""
    hidden = {name: "***" for name in url.query if name.lower() in _SECRETS}
    shown = url.update_query_dict(hidden).render_as_string(hide_password=True)
    return shown.replace("%2A%2A%2A", "***").replace("%3Amemory%3A", ":memory:")


def _parse(url: str | URL) -> URL:
    if not url:
        raise ArgumentError("the database URL is empty: is the setting set that should hold it?")
    try:
        read = make_url(url)
    except ValueError:
        # The message quotes what stands where the port should, which may be the password.
        read = None
    if read is None or "@" in (read.host or ""):
        raise ArgumentError(_UNREADABLE) from None
    return read


def _is_async(url: URL) -> bool:
    """Whether SQLAlchemy knows an asynchronous dialect for a driver that is not one of taskbound's."""
    if "+" not in url.drivername:
        # What `postgresql://` means has changed between SQLAlchemy 2.0 and 2.1.
        return False
    try:
        return bool(url._get_entrypoint().get_async_dialect_cls(url).is_async)
    except (NoSuchModuleError, ImportError):
        return False


def _sync_driver(url: URL) -> SyncDriver:
    instead = _INSTEAD.get(url.get_backend_name())
    better = masked(url.set(drivername=instead)) if instead else None
    return SyncDriver(url=masked(url), instead=better, known=", ".join(sorted(DRIVERS)))

from litestar import Litestar

from .database import close_database

app = Litestar([], on_shutdown=[close_database])

"""The migration from synchronous to asynchronous SQLAlchemy."""

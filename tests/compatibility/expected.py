"""The tests of SQLAlchemy's that pass with `AsyncSession` and are not to pass with `TaskSession`, and why.

By class and test, parameters included.
"""

from __future__ import annotations

_NAME = "it asserts a message of SQLAlchemy's that names the class"
_MORE = "it asserts that async_scoped_session has each method of the class; it has AsyncSession's"
_INSIDE = "it asserts the very class of sync_session; with the guard it is a subclass of that"

ANY_SUBCLASS = {
    "AsyncScopedSessionTest.test_attributes": _MORE,
    "AsyncSessionQueryTest.test_no_ss_cursor_w_execute[execute]": _NAME,
    "AsyncSessionQueryTest.test_no_ss_cursor_w_execute[statement]": _NAME,
    "OverrideSyncSession.test_default": _INSIDE,
}

_EXPIRES = "expire_on_commit is False unless ExpiringTaskSession, or the call, asks for it"
_CLOSED = "close() is final (TB103) unless close_resets_only=True is asked for"

DEFAULTS = {
    "AsyncAttrsTest.test_lazyloaders": _EXPIRES,
    "AsyncORMBehaviorsTest.test_new_style_active_history[legacy_style]": _EXPIRES,
    "AsyncSessionTransactionTest.test_merge_loader_options": _CLOSED,
}

_LOST = "it leaves a session with work that was neither committed nor rolled back (TB301)"
_INNER = "it commits inside the block of begin() (TB303)"

MISUSE = {
    "AsyncAttrsTest.test_the_famous_lazyloader_gotcha": _LOST,
    "AsyncProxyTest.test_async_object_session": _LOST,
    "AsyncSessionTransactionTest.test_interrupt_ctxmanager_connection"
    "[async_trans_ctx_manager_fixture5]": _INNER,
    "AsyncSessionTransactionTest.test_interrupt_ctxmanager_connection"
    "[async_trans_ctx_manager_fixture7]": _INNER,
}

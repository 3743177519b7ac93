"""The tests of SQLAlchemy's that pass with `AsyncSession` and are not to pass with `TaskSession`, and why."""

from __future__ import annotations

_CLOSED = "it uses a session after close(), which is final (TB103); reset() goes on"
_LOST = "it leaves a session with work that was neither committed nor rolled back (TB301)"
_INNER = "it commits inside the block of begin(), which is refused (TB303)"
_EXPIRES = "it counts on expiry at the commit, which is off; class_=ExpiringTaskSession has it"
_NAME = "it asserts a message of SQLAlchemy's with the class's name in it, which is TaskSession"
_MORE = "it asserts that async_scoped_session has each method of the class; it has AsyncSession's"
_DIRECT = "it asks sync_session for its connection without run_sync(), which is refused (TB204)"
_SUBCLASS = "it asserts the exact class inside; with the guard it is a subclass of that"

# By class and test, parameters included.
REASONS = {
    "AsyncAttrsTest.test_lazyloaders": _EXPIRES,
    "AsyncAttrsTest.test_the_famous_lazyloader_gotcha": _LOST,
    "AsyncORMBehaviorsTest.test_new_style_active_history[legacy_style]": _EXPIRES,
    "AsyncProxyTest.test_async_object_session": _LOST,
    "AsyncScopedSessionTest.test_attributes": _MORE,
    "AsyncSessionQueryTest.test_no_ss_cursor_w_execute[execute]": _NAME,
    "AsyncSessionQueryTest.test_no_ss_cursor_w_execute[statement]": _NAME,
    "AsyncSessionTransactionTest.test_interrupt_ctxmanager_connection"
    "[async_trans_ctx_manager_fixture5]": _INNER,
    "AsyncSessionTransactionTest.test_interrupt_ctxmanager_connection"
    "[async_trans_ctx_manager_fixture7]": _INNER,
    "AsyncSessionTransactionTest.test_invalidate": _DIRECT,
    "AsyncSessionTransactionTest.test_merge_loader_options": _CLOSED,
    "OverrideSyncSession.test_default": _SUBCLASS,
}

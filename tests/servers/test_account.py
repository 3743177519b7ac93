"""The account that servers run under."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.servers.account import Account, unprivileged_account


@pytest.fixture
def account() -> Account:
    found = unprivileged_account()
    if found is None:
        pytest.skip("only root has to become somebody else")
    return found


def test_a_plain_user_needs_no_other_account() -> None:
    assert (unprivileged_account() is None) == (os.geteuid() != 0)


def test_the_account_is_not_root(account: Account) -> None:
    assert 0 not in (account.user, account.group)


def test_the_account_cannot_pass_a_folder_that_is_closed_to_it(
    account: Account, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    assert not account.can("-x", closed)


def test_what_the_account_owns_belongs_to_it_down_to_the_last_file(
    account: Account, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    file = tmp_path / "folder" / "file"
    file.touch()

    account.own(tmp_path)
    assert (account.user, account.group) == (file.stat().st_uid, file.stat().st_gid)

"""Lock an account, and unlock it."""

import pytest

from ledger.refusals import Code
from tests.wallets.support import OPERATOR, Customer, do, refusal, unchanged
from wallets.models import Status


def test_locks_and_unlocks(ann: Customer) -> None:
    assert '"status":1' in do(ann.lock()).answer
    assert ann.account().status == Status.LOCKED
    assert '"status":0' in do(ann.unlock()).answer
    assert ann.account().status == Status.NORMAL


def test_notes_who_locked_it_and_why(ann: Customer) -> None:
    do(ann.by(OPERATOR).lock("court order"))
    note = ann.account().notes.latest("pk")
    assert (note.setting, note.before, note.after) == ("status", "0", "1")
    assert (note.memo, note.actor) == ("court order", "operator:olga")


def test_locking_again_changes_nothing(ann: Customer) -> None:
    do(ann.lock())
    unchanged(ann.lock("again"))


def test_unlocking_an_open_account_changes_nothing(ann: Customer) -> None:
    unchanged(ann.unlock())


@pytest.mark.parametrize("command", [Customer("nobody").lock(), Customer("nobody").unlock()])
def test_refuses_an_unknown_account(ann: Customer, command: object) -> None:
    refusal(command, Code.UNKNOWN_ACCOUNT)  # type: ignore[arg-type]

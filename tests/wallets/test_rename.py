"""Give an account another name."""

from ledger.refusals import Code
from tests.wallets.support import Customer, do, refusal, unchanged


def test_renames(ann: Customer) -> None:
    posting = do(ann.rename("Anna"))
    assert (ann.account().name, posting.record) == ("Anna", None)
    assert '"account_name":"Anna"' in posting.answer


def test_notes_the_name_before_and_after(ann: Customer) -> None:
    do(ann.rename("Anna"))
    note = ann.account().notes.latest("pk")
    assert (note.setting, note.before, note.after) == ("name", "Ann", "Anna")
    assert note.actor == "client:tester"


def test_the_same_name_changes_nothing(ann: Customer) -> None:
    unchanged(ann.rename("Ann"))


def test_a_name_that_differs_in_case_only_is_another(ann: Customer) -> None:
    do(ann.rename("ANN"))
    assert ann.account().name == "ANN"


def test_renames_a_locked_account(ann: Customer) -> None:
    do(ann.lock())
    do(ann.rename("Anna"))
    assert ann.account().name == "Anna"


def test_refuses_an_unknown_account(ann: Customer) -> None:
    refusal(Customer("nobody").rename("Anna"), Code.UNKNOWN_ACCOUNT)

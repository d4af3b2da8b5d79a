"""Every way to change a wallet.

Each verb reads top to bottom, alone, in four beats:

1. **lock** the account: `book.lock` hands out a row that was read with SELECT … FOR UPDATE, so
   a second caller waits here until the first one has committed;
2. **replay**: if the command's key is on record, answer what was answered then and do nothing:
   a retry, even a late one, happens once;
3. **decide**: ask the rules, which see the row as nobody else can change it meanwhile; a rule
   that refuses raises, and nothing has been written yet;
4. **record**: `book.record` changes the row in memory and appends the record of it.

When all commands of a batch are through, the book writes rows and records together and the
transaction commits: after a crash at any instant, either both are there or neither is. A verb's
answer leaves the house only after that commit. Amounts are exact Decimals of money.
"""

from decimal import Decimal

from ledger.book import Book
from ledger.terms import Posting
from wallets import rules
from wallets.commands import (
    Add,
    BalanceFlat,
    Create,
    Deduct,
    Draw,
    Lock,
    Refund,
    Rename,
    ReverseAdd,
    ReverseDrawing,
    SetCredit,
    TradeFlat,
    Unlock,
    WalletCommand,
)
from wallets.models import Account, Note, Record, Status


def create(book: Book, command: Create) -> Posting:
    """Open an account; one that exists is left as it is, and the answer says so."""
    account = book.find(Account, command.holder)
    if account is not None:
        return book.leave(account, command, is_repeat=True)
    wallet = command.holder
    account = Account(tenant=wallet.tenant, group=wallet.group, user=wallet.user, name=command.name)
    book.open(account, command.holder)
    return book.amend(
        account, command, note=_note(book, account, command, "created", "", command.name)
    )


def rename(book: Book, command: Rename) -> Posting:
    """Give an account another name, also a locked one.

    :raises Refusal: UNKNOWN_ACCOUNT
    """
    account = book.lock(Account, command.holder)
    if account.name == command.name:
        return book.leave(account, command)
    before, account.name = account.name, command.name
    return book.amend(
        account, command, note=_note(book, account, command, "name", before, account.name)
    )


def lock(book: Book, command: Lock) -> Posting:
    """Lock an account; a locked one is left as it is.

    :raises Refusal: UNKNOWN_ACCOUNT
    """
    return _set_status(book, command, Status.LOCKED)


def unlock(book: Book, command: Unlock) -> Posting:
    """Unlock an account; an unlocked one is left as it is.

    :raises Refusal: UNKNOWN_ACCOUNT
    """
    return _set_status(book, command, Status.NORMAL)


def add(book: Book, command: Add) -> Posting:
    """Put money in.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, LOCKED, BAD_QUANTITY
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    rules.require_room(balance=account.balance, change=command.amount)
    return book.record(account, command, change=command.amount)


def draw(book: Book, command: Draw) -> Posting:
    """Pay money out.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, LOCKED, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    rules.require_funds(balance=account.balance, credit=account.credit, amount=command.amount)
    return book.record(account, command, change=-command.amount)


def deduct(book: Book, command: Deduct) -> Posting:
    """Take money for a trade, a fee or a commission.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, LOCKED, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    rules.require_funds(balance=account.balance, credit=account.credit, amount=command.amount)
    return book.record(account, command, change=-command.amount)


def refund(book: Book, command: Refund) -> Posting:
    """Give back what a deduct took: in parts, together at most the whole. Also on a locked account.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, UNKNOWN_TRADE, REFUND_TOO_LARGE, BAD_QUANTITY
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    taken = book.original(Record, account, command)
    rules.require_refundable(
        deducted=-taken.amount, refunded=book.returned(taken), asked=command.amount, field="amount"
    )
    rules.require_room(balance=account.balance, change=command.amount)
    return book.record(account, command, change=command.amount, original=taken)


def reverse_add(book: Book, command: ReverseAdd) -> Posting:
    """Undo an add in full, once (红冲).

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, LOCKED, UNKNOWN_TRADE, ALREADY_REVERSED,
        INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    added = book.original(Record, account, command)
    rules.require_not_reversed(is_reversed=bool(book.returned(added)), number=command.reference)
    rules.require_funds(balance=account.balance, credit=account.credit, amount=added.amount)
    return book.record(account, command, change=-added.amount, original=added)


def reverse_drawing(book: Book, command: ReverseDrawing) -> Posting:
    """Undo a drawing in full, once (红冲).

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, LOCKED, UNKNOWN_TRADE, ALREADY_REVERSED,
        BAD_QUANTITY
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    drawn = book.original(Record, account, command)
    rules.require_not_reversed(is_reversed=bool(book.returned(drawn)), number=command.reference)
    rules.require_room(balance=account.balance, change=-drawn.amount)
    return book.record(account, command, change=-drawn.amount, original=drawn)


def trade_flat(book: Book, command: TradeFlat) -> Posting:
    """Correct a trade: a positive amount lowers the balance, a negative one raises it.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, LOCKED, INSUFFICIENT, BAD_QUANTITY
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    rules.require_funds(balance=account.balance, credit=account.credit, amount=command.amount)
    rules.require_room(balance=account.balance, change=-command.amount)
    return book.record(account, command, change=-command.amount)


def balance_flat(book: Book, command: BalanceFlat) -> Posting:
    """Correct the balance: a positive amount raises it, a negative one lowers it. Also when locked.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, INSUFFICIENT, BAD_QUANTITY
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_funds(balance=account.balance, credit=account.credit, amount=-command.amount)
    rules.require_room(balance=account.balance, change=command.amount)
    return book.record(account, command, change=command.amount)


def set_credit(book: Book, command: SetCredit) -> Posting:
    """Set the credit line; the record says what it was before. The same line books nothing.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, LOCKED, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    if account.credit == command.credit:
        return book.leave(account, command)
    rules.require_funds(balance=account.balance, credit=command.credit, amount=Decimal(0))
    return book.record(account, command, change=Decimal(0))


def _set_status(book: Book, command: Lock | Unlock, status: Status) -> Posting:
    account = book.lock(Account, command.holder)
    if account.status == status:
        return book.leave(account, command)
    before, account.status = account.status, status.value
    return book.amend(
        account,
        command,
        note=_note(book, account, command, "status", str(before), str(status.value)),
    )


def _note(
    book: Book, account: Account, command: WalletCommand, setting: str, before: str, after: str
) -> Note:
    return Note(
        account=account,
        setting=setting,
        before=before,
        after=after,
        memo=command.memo,
        actor=str(command.actor),
        request_id=command.actor.request_id,
        created_at=book.now,
    )

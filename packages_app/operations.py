"""Every way to change a service package.

Each verb reads top to bottom, alone, in four beats: **lock** the account and the package,
**replay** what the command's key has done before, **decide** by the rules, **record**. How they
make a change happen once and whole is told at the top of wallets/operations.py.
"""

from ledger.book import Book
from ledger.clock import business_day
from ledger.terms import Posting
from packages_app import rules
from packages_app.commands import Add, Create, Deduct, Draw, Refund
from packages_app.models import Package, Record
from wallets.models import Account


def create(book: Book, command: Create) -> Posting:
    """Sell an account a package; one that exists is left as it is, and the answer says so.

    :raises Refusal: UNKNOWN_ACCOUNT
    """
    account = book.lock(Account, command.account)
    if existing := book.find(Package, command.holder):
        return book.leave(existing, command, is_repeat=True)
    package = Package(
        account=account,
        tenant=command.holder.tenant,
        group=command.holder.group,
        user=command.holder.user,
        code=command.holder.code,
        name=command.name,
        daily_limit=command.daily_limit,
        expires_on=command.expires_on,
    )
    book.open(package, command.holder)
    if not command.capacity:
        return book.leave(package, command)
    return book.record(package, command, change=command.capacity)


def add(book: Book, command: Add) -> Posting:
    """Sell more capacity, also after expiry and on a locked account.

    :raises Refusal: UNKNOWN_ACCOUNT, UNKNOWN_PACKAGE, KEY_REUSED, BAD_QUANTITY
    """
    book.lock(Account, command.account)
    package = book.lock(Package, command.holder)
    if earlier := book.replay(package, command):
        return earlier
    rules.require_room(capacity=package.capacity, more=command.quantity)
    return book.record(package, command, change=command.quantity)


def draw(book: Book, command: Draw) -> Posting:
    """Take back sold capacity, also after expiry: no use, so the daily limit is not asked.

    :raises Refusal: UNKNOWN_ACCOUNT, UNKNOWN_PACKAGE, KEY_REUSED, LOCKED, INSUFFICIENT
    """
    account = book.lock(Account, command.account)
    package = book.lock(Package, command.holder)
    if earlier := book.replay(package, command):
        return earlier
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    rules.require_remaining(remaining=package.remaining, asked=command.quantity)
    return book.record(package, command, change=-command.quantity)


def deduct(book: Book, command: Deduct) -> Posting:
    """Use capacity, within the daily limit and until the end of the last valid day.

    :raises Refusal: UNKNOWN_ACCOUNT, UNKNOWN_PACKAGE, KEY_REUSED, LOCKED, EXPIRED,
        INSUFFICIENT, OVER_DAILY_LIMIT
    """
    account = book.lock(Account, command.account)
    package = book.lock(Package, command.holder)
    if earlier := book.replay(package, command):
        return earlier
    today = business_day(book.now)
    rules.require_unlocked(is_locked=account.is_locked, by_operator=command.actor.is_operator)
    rules.require_unexpired(last_day=package.expires_on, today=today)
    rules.require_remaining(remaining=package.remaining, asked=command.quantity)
    rules.require_within_day(
        limit=package.daily_limit, used=package.used(today), asked=command.quantity
    )
    return book.record(package, command, change=-command.quantity)


def refund(book: Book, command: Refund) -> Posting:
    """Give back what a deduct used: in parts, together at most the whole. Also after expiry.

    :raises Refusal: UNKNOWN_ACCOUNT, UNKNOWN_PACKAGE, KEY_REUSED, UNKNOWN_TRADE,
        REFUND_TOO_LARGE
    """
    book.lock(Account, command.account)
    package = book.lock(Package, command.holder)
    if earlier := book.replay(package, command):
        return earlier
    used = book.original(Record, package, command)
    rules.require_refundable(
        deducted=-used.quantity,
        refunded=int(book.returned(used)),
        asked=command.quantity,
        field="quantity",
    )
    return book.record(package, command, change=command.quantity, original=used)

"""Wallets in plain Python, written from the contract and not from the code."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.refusals import Code
from wallets import commands as asked

BOUND = 9 * 10**13
Key = tuple[int, int, str]
Decision = Callable[["Account"], Code | Decimal]


@dataclass
class Answer:
    """What is answered when something was done: facts without ids and time."""

    facts: dict[str, Any]
    is_repeat: bool = False


Outcome = Answer | Code


@dataclass
class Entry:
    """One record."""

    content: tuple[Any, ...]
    amount: Decimal
    balance: Decimal
    answer: dict[str, Any]
    original: Key | None


@dataclass
class Account:
    """One account and, by their keys, all records ever made on it."""

    eid: str
    group: str
    tenant: str
    name: str
    balance: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    is_locked: bool = False
    entries: dict[Key, Entry] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        return {
            "account_name": self.name,
            "balance": self.balance,
            "credit": self.credit,
            "eid": self.eid,
            "groups": self.group,
            "ident": self.tenant,
            "status": int(self.is_locked),
        }

    def amounts_about(self, original: Key) -> list[Decimal]:
        return [entry.amount for entry in self.entries.values() if entry.original == original]

    def can_spend(self, amount: Decimal) -> bool:
        return self.balance + self.credit >= amount

    def can_hold(self, more: Decimal) -> bool:
        return self.balance + more < BOUND


class Model:
    """All accounts, and what each command must be answered."""

    def __init__(self) -> None:
        self.accounts: dict[asked.Wallet, Account] = {}

    def post(self, command: asked.WalletCommand) -> Outcome:
        """Carry a command out."""
        if isinstance(command, asked.Create):
            return self._create(command)
        account = self.accounts.get(command.holder)
        if account is None:
            return Code.UNKNOWN_ACCOUNT
        if isinstance(command, asked.Booking):
            return _book(account, command)
        if isinstance(command, asked.Rename):
            account.name = command.name
        else:
            account.is_locked = isinstance(command, asked.Lock)
        return Answer(account.facts())

    def _create(self, command: asked.Create) -> Outcome:
        wallet = command.holder
        if wallet in self.accounts:
            return Answer(self.accounts[wallet].facts(), is_repeat=True)
        account = Account(wallet.user, wallet.group, wallet.tenant, command.name)
        self.accounts[wallet] = account
        return Answer(account.facts())


def _book(account: Account, command: asked.Booking) -> Outcome:
    kind = type(command).__name__
    number = (CHANGE_TYPES[kind], int(command.trade_type), command.number)
    content = _content(command)
    if number in account.entries:
        earlier = account.entries[number]
        is_same = earlier.content == content
        return Answer(earlier.answer, is_repeat=True) if is_same else Code.KEY_REUSED
    stops = kind not in {"Refund", "BalanceFlat"} and not command.actor.is_operator
    if account.is_locked and stops:
        return Code.LOCKED
    if isinstance(command, asked.SetCredit) and account.credit == command.credit:
        return Answer(account.facts())
    change = DECISIONS[kind](account, command)
    if isinstance(change, Code):
        return change
    _append(account, command, number, change)
    return Answer(account.entries[number].answer)


def _append(account: Account, command: asked.Booking, number: Key, change: Decimal) -> None:
    account.balance += change
    if isinstance(command, asked.SetCredit):
        account.credit = command.credit
        answer = account.facts()
    else:
        answer = {
            "trade_no": command.number,
            "ext_no": command.reference,
            "eid": account.eid,
            "groups": account.group,
            "account_name": account.name,
            "change_type": number[0],
            "trade_type": number[1],
            "amount": change,
            "balance": account.balance,
            "memo": command.memo,
            "ext": None,
        }
    account.entries[number] = Entry(
        _content(command), change, account.balance, answer, _original(command)
    )


def _content(command: asked.Booking) -> tuple[Any, ...]:
    quantity = getattr(command, "amount", getattr(command, "credit", None))
    return (quantity, command.reference)


def _original(command: asked.Booking) -> Key | None:
    kinds = {"Refund": (3, int(command.trade_type)), "ReverseAdd": (1, 1), "ReverseDrawing": (2, 1)}
    kind = kinds.get(type(command).__name__)
    return (*kind, command.reference) if kind else None


def _put(account: Account, amount: Decimal) -> Code | Decimal:
    return amount if account.can_hold(amount) else Code.BAD_QUANTITY


def _take(account: Account, amount: Decimal) -> Code | Decimal:
    return -amount if account.can_spend(amount) else Code.INSUFFICIENT


def _move(account: Account, change: Decimal) -> Code | Decimal:
    return _put(account, change) if change > 0 else _take(account, -change)


def _refund(account: Account, command: asked.Refund) -> Code | Decimal:
    original = (3, int(command.trade_type), command.reference)
    if original not in account.entries:
        return Code.UNKNOWN_TRADE
    left = -account.entries[original].amount - sum(account.amounts_about(original))
    return Code.REFUND_TOO_LARGE if command.amount > left else _put(account, command.amount)


def _reverse(account: Account, command: asked.Reversal, change_type: int) -> Code | Decimal:
    original = (change_type, 1, command.reference)
    if original not in account.entries:
        return Code.UNKNOWN_TRADE
    if account.amounts_about(original):
        return Code.ALREADY_REVERSED
    return _move(account, -account.entries[original].amount)


def _set_credit(account: Account, command: asked.SetCredit) -> Code | Decimal:
    return Code.INSUFFICIENT if account.balance + command.credit < 0 else Decimal(0)


CHANGE_TYPES = {
    "Add": 1,
    "ReverseAdd": 1,
    "Draw": 2,
    "ReverseDrawing": 2,
    "Deduct": 3,
    "Refund": 4,
    "TradeFlat": 5,
    "BalanceFlat": 6,
    "SetCredit": 10,
}
DECISIONS: dict[str, Callable[[Account, Any], Code | Decimal]] = {
    "Add": lambda account, command: _put(account, command.amount),
    "Draw": lambda account, command: _take(account, command.amount),
    "Deduct": lambda account, command: _take(account, command.amount),
    "Refund": _refund,
    "ReverseAdd": lambda account, command: _reverse(account, command, 1),
    "ReverseDrawing": lambda account, command: _reverse(account, command, 2),
    "TradeFlat": lambda account, command: _move(account, -command.amount),
    "BalanceFlat": lambda account, command: _move(account, command.amount),
    "SetCredit": _set_credit,
}

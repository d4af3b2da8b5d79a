"""Packages in plain Python, written from the contract and not from the code."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ledger.refusals import Code
from packages_app import commands as asked
from tests.wallets import model as wallets
from wallets.commands import Wallet, WalletCommand

BOUND = 9 * 10**18
CHANGE_TYPES = {"Add": 1, "Draw": 2, "Deduct": 3, "Refund": 4}
Key = tuple[int, str]
Decision = Code | int


@dataclass
class Entry:
    """One record."""

    quantity: int
    reference: str
    remaining: int
    moment: datetime
    day: date
    answer: dict[str, Any]


@dataclass
class Package:
    """One package and, by their keys, all records ever made on it."""

    terms: asked.Create
    capacity: int = 0
    remaining: int = 0
    entries: dict[Key, Entry] = field(default_factory=dict)

    def facts(self, today: date) -> dict[str, Any]:
        return {
            "spkg_id": self.terms.holder.code,
            "pkg_name": self.terms.name,
            "total_capacity": self.capacity,
            "total_remain": self.remaining,
            "capacity_daily": self.terms.daily_limit,
            "deduct_today": self.used_on(today),
            "expires": f"{self.terms.expires_on:%Y%m%d}000000",
        }

    def used_on(self, day: date) -> int:
        """Add up what was used that day, less what was given back of it on that very day."""
        used = 0
        for (kind, _), entry in self.entries.items():
            is_use = kind == 3
            is_return = kind == 4 and self.entries[3, entry.reference].day == day
            if entry.day == day and (is_use or is_return):
                used -= entry.quantity
        return used

    def refunded(self, number: str) -> int:
        return sum(
            entry.quantity
            for (kind, _), entry in self.entries.items()
            if kind == 4 and entry.reference == number
        )


class Model:
    """All accounts and packages, and what each command must be answered at its moment."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.wallets = wallets.Model()
        self.packages: dict[asked.Package, Package] = {}

    def post(
        self, command: WalletCommand | asked.PackageCommand, *, now: datetime
    ) -> wallets.Outcome:
        """Carry a command out."""
        if not isinstance(command, asked.PackageCommand):
            return self.wallets.post(command)
        name = command.holder
        account = self.wallets.accounts.get(Wallet(name.tenant, name.group, name.user))
        if account is None:
            return Code.UNKNOWN_ACCOUNT
        if isinstance(command, asked.Create):
            return self._create(command, now)
        if name not in self.packages:
            return Code.UNKNOWN_PACKAGE
        is_stopped = account.is_locked and not command.actor.is_operator
        return self._book(self.packages[name], command, is_stopped=is_stopped, now=now)

    def _create(self, command: asked.Create, now: datetime) -> wallets.Outcome:
        today = now.astimezone(self.zone).date()
        if command.holder in self.packages:
            facts = self.packages[command.holder].facts(today)
            return wallets.Answer(facts, is_repeat=True)
        package = self.packages[command.holder] = Package(command)
        if command.capacity:
            self._append(package, (1, ""), "", command.capacity, now)
        return wallets.Answer(package.facts(today))

    def _book(
        self, package: Package, command: Any, *, is_stopped: bool, now: datetime
    ) -> wallets.Outcome:
        kind = type(command).__name__
        key = (CHANGE_TYPES[kind], command.number)
        if key in package.entries:
            entry = package.entries[key]
            same = (abs(entry.quantity), entry.reference) == (command.quantity, command.reference)
            return wallets.Answer(entry.answer, is_repeat=True) if same else Code.KEY_REUSED
        if is_stopped and kind in {"Draw", "Deduct"}:
            return Code.LOCKED
        change = _decide(package, kind, command, now.astimezone(self.zone).date())
        if isinstance(change, Code):
            return change
        return wallets.Answer(self._append(package, key, command.reference, change, now))

    def _append(
        self, package: Package, key: Key, reference: str, change: int, now: datetime
    ) -> dict[str, Any]:
        package.remaining += change
        package.capacity += change if key[0] in {1, 2} else 0
        answer = {
            "trade_no": key[1],
            "ext_no": reference,
            "change_type": key[0],
            "num": change,
            "remain": package.remaining,
        }
        day = now.astimezone(self.zone).date()
        package.entries[key] = Entry(change, reference, package.remaining, now, day, answer)
        return answer


def _decide(package: Package, kind: str, command: Any, today: date) -> Decision:
    asked_for: int = command.quantity
    if kind == "Add":
        fits = package.capacity + asked_for < BOUND
        return asked_for if fits else Code.BAD_QUANTITY
    if kind == "Refund":
        return _give_back(package, command)
    if kind == "Deduct" and today > package.terms.expires_on:
        return Code.EXPIRED
    if asked_for > package.remaining:
        return Code.INSUFFICIENT
    limit = package.terms.daily_limit
    if kind == "Deduct" and limit and package.used_on(today) + asked_for > limit:
        return Code.OVER_DAILY_LIMIT
    return -asked_for


def _give_back(package: Package, command: Any) -> Decision:
    asked_for: int = command.quantity
    deduct = package.entries.get((3, command.reference))
    if deduct is None:
        return Code.UNKNOWN_TRADE
    left = -deduct.quantity - package.refunded(command.reference)
    return asked_for if asked_for <= left else Code.REFUND_TOO_LARGE

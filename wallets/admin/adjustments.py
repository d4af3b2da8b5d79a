"""What an operator can do to an account: each is the very command that the API posts."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from gateway.desk.adjusting import Adjustment, Answers, Subject
from ledger.amounts import plain
from ledger.terms import Actor
from wallets.admin.describing import describe
from wallets.admin.forms import AccountForm
from wallets.admin.trail import figures
from wallets.commands import (
    Add,
    AmountBooking,
    BalanceFlat,
    Deduct,
    Lock,
    Rename,
    SetCredit,
    TradeFlat,
    Unlock,
    WalletCommand,
)
from wallets.models import Account

Build = Callable[[Account, Actor, Answers], WalletCommand]

ACCOUNT = Subject(
    form=AccountForm,
    about=lambda account: f"{account.tenant} / {account.group} · {account.get_status_display()}",
    figures=figures,
    initial=lambda account: {"name": account.name, "credit": plain(account.credit)},
    describe=describe,
)


def _common(account: Account, actor: Actor, answers: Answers) -> dict[str, Any]:
    return {"holder": account.holder, "actor": actor, "memo": answers["reason"]}


def _amount(kind: type[AmountBooking]) -> Build:
    def build(account: Account, actor: Actor, answers: Answers) -> WalletCommand:
        amount = answers["amount" if "amount" in answers else "signed_amount"]
        purpose = {name: answers[name] for name in ("trade_type",) if name in answers}
        common = _common(account, actor, answers)
        return kind(number=answers["number"], amount=amount, **purpose, **common)

    return build


def _setting(kind: type[WalletCommand], *asked: str) -> Build:
    def build(account: Account, actor: Actor, answers: Answers) -> WalletCommand:
        given = {name: answers[name] for name in asked}
        return kind(**given, **_common(account, actor, answers))

    return build


ADD = Adjustment(
    subject=ACCOUNT,
    title=_("Add money"),
    icon="add",
    hint=_("The balance rises by the amount."),
    asks=("amount",),
    build=_amount(Add),
)
DEDUCT = Adjustment(
    subject=ACCOUNT,
    title=_("Deduct money"),
    icon="remove",
    hint=_("The balance falls by the amount; together with the credit line it must suffice."),
    asks=("amount", "trade_type"),
    build=_amount(Deduct),
)
TRADE_FLAT = Adjustment(
    subject=ACCOUNT,
    title=_("Trade flat"),
    icon="sync_alt",
    hint=_("Corrects a trade: a positive amount lowers the balance, a negative one raises it."),
    asks=("signed_amount", "trade_type"),
    build=_amount(TradeFlat),
)
BALANCE_FLAT = Adjustment(
    subject=ACCOUNT,
    title=_("Balance flat"),
    icon="balance",
    hint=_("Corrects the balance: a positive amount raises it, a negative one lowers it."),
    asks=("signed_amount", "trade_type"),
    build=_amount(BalanceFlat),
)
CREDIT = Adjustment(
    subject=ACCOUNT,
    title=_("Set credit line"),
    icon="credit_score",
    hint=_("How far below zero the balance may go."),
    asks=("credit",),
    build=_setting(SetCredit, "number", "credit"),
)
RENAME = Adjustment(
    subject=ACCOUNT,
    title=_("Rename account"),
    icon="edit",
    hint=_("Only the name changes; earlier records keep what they say."),
    asks=("name",),
    build=_setting(Rename, "name"),
)
LOCK = Adjustment(
    subject=ACCOUNT,
    title=_("Lock account"),
    icon="lock",
    hint=_("The API refuses to move its money, except refunds and balance flats."),
    build=_setting(Lock),
)
UNLOCK = Adjustment(
    subject=ACCOUNT,
    title=_("Unlock account"),
    icon="lock_open",
    hint=_("The API may move its money again."),
    build=_setting(Unlock),
)

"""How accounts and changes look on the wire, and how the schema describes them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.registry import PostingForm
from gateway.shapes import ANYTHING, ID, NUMBER, TEXT, choice, shape, wire_time
from ledger.amounts import canonical
from wallets.commands import ChangeType, TradeType
from wallets.models import Account, Record, Status


def account_facts(account: Account) -> dict[str, Any]:
    """Return an account without its id."""
    return {
        "account_name": account.name,
        "balance": canonical(account.balance),
        "credit": canonical(account.credit),
        "eid": account.user,
        "groups": account.group,
        "ident": account.tenant,
        "status": account.status,
    }


def account_row(account: Account) -> dict[str, Any]:
    """Return an account with its id."""
    return {"account_id": account.pk, **account_facts(account)}


def change_facts(record: Record, account: Account) -> dict[str, Any]:
    """Return a change without its ids."""
    return {
        "trade_no": record.number,
        "ext_no": record.reference,
        "eid": account.user,
        "groups": account.group,
        "account_name": account.name,
        "change_type": record.change_type,
        "trade_type": record.trade_type,
        "amount": canonical(record.amount),
        "balance": canonical(record.balance),
        "memo": record.memo,
        "ext": None if record.extra is None else msgspec.Raw(record.extra.encode()),
        "create_time": wire_time(record.created_at),
    }


def change_ids(record: Record) -> dict[str, Any]:
    """Return a change's and its account's id."""
    return {"account_id": record.account_id, "record_id": record.pk}


def change_row(record: Record) -> dict[str, Any]:
    """Return a change with its ids."""
    return {**change_ids(record), **change_facts(record, record.account)}


ACCOUNT_SHAPE = shape(
    account_id=ID,
    account_name=TEXT,
    balance=NUMBER,
    credit=NUMBER,
    eid=TEXT,
    groups=TEXT,
    ident=TEXT,
    status=choice(Status),
)
CHANGE_SHAPE = shape(
    account_id=ID,
    record_id=ID,
    trade_no=TEXT,
    ext_no=TEXT,
    eid=TEXT,
    groups=TEXT,
    account_name=TEXT,
    change_type=choice(ChangeType),
    trade_type=choice(TradeType),
    amount=NUMBER,
    balance=NUMBER,
    memo=TEXT,
    ext=ANYTHING,
    create_time=TEXT,
)
ACCOUNT_EXAMPLE: Mapping[str, Any] = {
    "account_id": 1,
    "account_name": "Colin",
    "balance": 20.25,
    "credit": 0,
    "eid": "86001",
    "groups": "-",
    "ident": "demo",
    "status": 0,
}
CHANGE_EXAMPLE: Mapping[str, Any] = {
    "account_id": 1,
    "record_id": 7,
    "trade_no": "8970",
    "ext_no": "",
    "eid": "86001",
    "groups": "-",
    "account_name": "Colin",
    "change_type": 1,
    "trade_type": 1,
    "amount": 20.25,
    "balance": 20.25,
    "memo": "",
    "ext": None,
    "create_time": "20260101120000",
}

ACCOUNT = PostingForm(
    ids=lambda posting: {"account_id": posting.row(Account).pk},
    facts=lambda posting: account_facts(posting.row(Account)),
    schema=ACCOUNT_SHAPE,
    example=ACCOUNT_EXAMPLE,
)
CHANGE = PostingForm(
    ids=lambda posting: change_ids(posting.line(Record)),
    facts=lambda posting: change_facts(posting.line(Record), posting.row(Account)),
    schema=CHANGE_SHAPE,
    example=CHANGE_EXAMPLE,
)

"""What an account's page shows beside the account: its latest records, and its notes."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gateway.desk.columns import booked, by, number_link
from gateway.desk.display import Figures, amount, change, code, list_page, moment, origin, word
from gateway.desk.trail import Columns, Table, User, latest, related_list, table
from wallets.commands import TradeType
from wallets.models import Account, Note, Record

NOTES_SHOWN = 50


def of_account(account: Account | None, *, user: User) -> dict[str, Any]:
    """Return the page's figures, tables and links, each for who may see it."""
    if account is None:
        return {}
    return {
        "figures": figures(account),
        "records": _records(account, user=user),
        "all_records": list_page("wallets_record", account=account.pk),
        "notes": _notes(account),
        "packages": related_list("packages_package", user=user, account=account.pk),
    }


def figures(account: Account) -> Figures:
    """Return what an account holds, each figure with its label."""
    return [
        (_("Balance"), amount(account.balance)),
        (_("Credit line"), amount(account.credit)),
        (_("Available"), amount(account.balance + account.credit)),
    ]


def _records(account: Account, *, user: User) -> Table | None:
    columns: Columns = [
        (_("Time"), booked),
        (_("Change"), _kind),
        (_("Amount"), lambda record: change(record.amount)),
        (_("Balance after"), lambda record: amount(record.balance)),
        (_("Trade number"), number_link),
        (_("Memo"), lambda record: record.memo or "-"),
        (_("By"), by),
    ]
    return latest(account.records.defer("extra"), columns=columns, user=user)


def _kind(record: Record) -> SafeString:
    kind = word(record.get_change_type_display())
    if record.trade_type == TradeType.TRADE:
        return kind
    return format_html("{} · {}", kind, record.get_trade_type_display())


def _notes(account: Account) -> Table:
    columns: Columns = [
        (_("Time"), lambda note: moment(note.created_at)),
        (_("Setting"), _setting),
        (_("Before"), lambda note: _value(note, note.before)),
        (_("After"), lambda note: _value(note, note.after)),
        (_("Reason"), lambda note: note.memo or "-"),
        (_("By"), lambda note: origin(note.actor)),
        (_("Request"), lambda note: code(note.request_id)),
    ]
    return table(account.notes.order_by("-pk")[:NOTES_SHOWN], columns=columns)


def _setting(note: Note) -> SafeString:
    return word(_("opened") if note.setting == "created" else note.get_setting_display())


def _value(note: Note, text: str) -> str:
    if note.setting != "status":
        return text or "-"
    statuses = dict(Account._meta.get_field("status").flatchoices)
    return word(statuses.get(int(text), text))

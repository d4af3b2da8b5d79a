"""What an adjustment did to an account, in words."""

from decimal import Decimal

import msgspec
from django.utils.translation import gettext as _

from gateway.desk.display import digits
from ledger.terms import Posting
from wallets.commands import ChangeType
from wallets.models import Account, Record


def describe(posting: Posting, before: Account) -> str:
    """Return what a command did to an account that was `before`, with its record's figures."""
    record, after = posting.record, posting.state
    if isinstance(record, Record):
        return _credit(record) if record.change_type == ChangeType.CREDIT_LINE else _balance(record)
    if not isinstance(after, Account):
        raise TypeError(after)
    if after.name != before.name:
        return _("Name %(before)s → %(after)s") % {"before": before.name, "after": after.name}
    if after.status != before.status:
        return _("The account is locked") if after.is_locked else _("The account is unlocked")
    return _("It was so already; nothing changed")


def _balance(record: Record) -> str:
    figures = {"before": digits(record.balance - record.amount), "after": digits(record.balance)}
    return _("Balance %(before)s → %(after)s") % figures


def _credit(record: Record) -> str:
    lines = msgspec.json.decode(record.extra or "{}", type=dict[str, Decimal])
    figures = {name: digits(line) for name, line in lines.items()}
    return _("Credit line %(before)s → %(after)s") % figures

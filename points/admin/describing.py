"""What an adjustment did to points, in words."""

from typing import Any

from django.utils.translation import gettext as _

from gateway.desk.display import digits
from ledger.terms import Posting
from points.commands import LogType
from points.models import Account, Log


def describe(posting: Posting, before: Any) -> str:
    """Return what a command did to an account, with the figures of its log."""
    if posting.record is not None:
        return _step(posting.line(Log))
    account = posting.row(Account)
    if account.is_enabled == before.is_enabled:
        return _("It was so already; nothing changed")
    return _("The account is enabled") if account.is_enabled else _("The account is disabled")


def _step(log: Log) -> str:
    is_freeze = log.log_type == LogType.FREEZE
    frozen = log.delta if is_freeze else -log.delta if log.log_type == LogType.UNFREEZE else 0
    available = log.change - frozen
    figures = {
        "before": digits(log.available - available),
        "after": digits(log.available),
        "frozen_before": digits(log.frozen - frozen),
        "frozen": digits(log.frozen),
        "sequence": log.sequence,
    }
    if frozen:
        return (
            _(
                "Available %(before)s → %(after)s, frozen %(frozen_before)s → %(frozen)s, "
                "log %(sequence)s"
            )
            % figures
        )
    return _("Available %(before)s → %(after)s, log %(sequence)s") % figures

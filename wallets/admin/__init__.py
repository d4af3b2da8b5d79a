"""Wallets in the back office: accounts and records to browse, and adjustments by hand."""

from wallets.admin import accounts, records

__all__ = ["accounts", "records"]

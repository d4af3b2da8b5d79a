"""Points in the back office: accounts, lots, held pieces and logs, and adjustments by hand."""

from points.admin import accounts, kinds, logs, lots, pieces

__all__ = ["accounts", "kinds", "logs", "lots", "pieces"]

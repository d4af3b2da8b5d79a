"""The kernel as a Django app: it brings checks and `verify_ledger`, no tables."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Register the kernel's system checks."""

    name = "ledger"

    def ready(self) -> None:
        """Load the checks."""
        from ledger import checks  # noqa: F401

"""The wallets app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalletsConfig(AppConfig):
    """Wallet accounts and their records."""

    name = "wallets"
    verbose_name = _("Wallets")

    def ready(self) -> None:
        """Declare the operations and the invariants."""
        from ledger import verify
        from wallets import api, models, queries  # noqa: F401

        verify.declare(models.Account, audit=queries.Audit)

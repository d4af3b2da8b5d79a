"""The points app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PointsConfig(AppConfig):
    """Point accounts, their lots and holds, and their logs."""

    name = "points"
    verbose_name = _("Points")

    def ready(self) -> None:
        """Declare the operations and the invariants."""
        from ledger import verify
        from points import api, models, queries  # noqa: F401

        verify.declare(models.Account, audit=queries.Audit)
        verify.declare_loose(models.PointType)

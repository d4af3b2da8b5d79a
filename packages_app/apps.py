"""The packages app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PackagesConfig(AppConfig):
    """Service packages and their records."""

    name = "packages_app"
    label = "packages"
    verbose_name = _("Packages")

    def ready(self) -> None:
        """Declare the operations and the invariants."""
        from ledger import verify
        from packages_app import api, models, queries  # noqa: F401

        verify.declare(models.Package, audit=queries.Audit)

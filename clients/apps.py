"""The clients app."""

import structlog
from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    """API clients and tenants."""

    name = "clients"
    verbose_name = _("API clients")

    def ready(self) -> None:
        """Load the checks; warn where nobody is asked for a key."""
        from clients import checks  # noqa: F401

        if not settings.API_AUTH_REQUIRED:
            structlog.get_logger(__name__).warning("clients.no_key_required")

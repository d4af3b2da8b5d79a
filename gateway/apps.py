"""The gateway app."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The doors' common part; it has no tables."""

    name = "gateway"

    def ready(self) -> None:
        """Declare the operation that is made of others."""
        from gateway import batch  # noqa: F401

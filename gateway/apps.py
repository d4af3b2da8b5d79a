"""The gateway app."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The doors' common part; it has no tables."""

    name = "gateway"

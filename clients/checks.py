"""System checks about who may call."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004


@register(Tags.security, deploy=True)
def check_auth(**_: Any) -> Sequence[CheckMessage]:
    """Flag an API that asks nobody for a key."""
    if settings.API_AUTH_REQUIRED:
        return []
    return [
        Warning(
            "API_AUTH_REQUIRED is off: whoever reaches the port may act for every tenant.",
            id="clients.W001",
        )
    ]


@register(Tags.caches, deploy=True)
def check_rates(**_: Any) -> Sequence[CheckMessage]:
    """Flag rate limits that each worker process counts for itself."""
    is_local = settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")
    if settings.WORKERS == 1 or not is_local:
        return []
    return [
        Warning(
            "Each worker process counts a client's requests for itself.",
            hint="Set CACHE_URL to a cache that they share, such as redis://localhost.",
            id="clients.W002",
        )
    ]

"""How often a client may call: a count per client and minute, in Django's cache."""

from django.core.cache import cache

from clients.callers import Caller
from ledger import clock

WINDOW_SECONDS = 60


def seconds_to_wait(caller: Caller) -> int:
    """Count this request; return 0 if it may pass, else the seconds until the next may."""
    if caller.rate_limit is None:
        return 0
    window, elapsed = divmod(int(clock.now().timestamp()), WINDOW_SECONDS)
    key = f"rate:{caller.client_id}:{window}"
    if cache.add(key, 1, timeout=2 * WINDOW_SECONDS):
        return 0 if caller.rate_limit else WINDOW_SECONDS - elapsed
    try:
        count = cache.incr(key)
    except ValueError:  # The cache dropped it meanwhile.
        cache.set(key, 1, timeout=2 * WINDOW_SECONDS)
        return 0
    return WINDOW_SECONDS - elapsed if count > caller.rate_limit else 0

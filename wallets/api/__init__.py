"""Wallets on the wire: the original's paths and names; inside, the field's own words."""

from wallets.api import reads, writes

__all__ = ["reads", "writes"]

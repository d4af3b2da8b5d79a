"""Packages on the wire: the original's paths and names; inside, the field's own words."""

from packages_app.api import reads, writes

__all__ = ["reads", "writes"]

"""Points on the wire: the original's paths and names; inside, the field's own words."""

from points.api import reads, systems, writes

__all__ = ["reads", "systems", "writes"]

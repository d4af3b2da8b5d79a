"""Service packages, from their rules to their statements."""

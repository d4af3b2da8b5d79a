"""Management of points."""

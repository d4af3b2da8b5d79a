"""The site: wiring only."""

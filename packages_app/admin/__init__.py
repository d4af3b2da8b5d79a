"""Packages in the back office: packages and their records to browse, and adjustments by hand."""

from packages_app.admin import packages, records

__all__ = ["packages", "records"]

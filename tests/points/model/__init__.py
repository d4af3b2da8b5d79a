"""Points in plain Python, written from the contract and not from the code."""

from tests.points.model.answers import Refused, Said
from tests.points.model.service import Model, Seen

__all__ = ["Model", "Refused", "Said", "Seen"]

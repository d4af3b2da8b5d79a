"""What a point account remembers: its figures, lots, held pieces, logs and notes."""

from points.models.accounts import Account, Note, PointType
from points.models.logs import LOG_TYPES, Log, LotLog
from points.models.lots import NEVER, HoldPiece, Lot

__all__ = [
    "LOG_TYPES",
    "NEVER",
    "Account",
    "HoldPiece",
    "Log",
    "Lot",
    "LotLog",
    "Note",
    "PointType",
]

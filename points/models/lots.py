"""Lots, and the pieces of them that are held."""

from datetime import UTC, datetime
from functools import reduce
from operator import add
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from ledger.fields import KeyField
from ledger.parts import Part
from points.models.accounts import FIGURES, POTS, Account, figure, within_bounds
from points.rules import LotFigures

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
COSTS = ("used_cost", "refunded_cost", "cancelled_cost", "expired_cost")


def sum_of(*columns: str) -> Combinable:
    """Return the sum of these columns."""
    total: Combinable = reduce(add, map(F, columns))
    return total


class Lot(Part):
    """What one increase granted, and where its points are now.

    total = available + frozen + used + refunded + cancelled + expired, and the cost likewise;
    what no pot has of the cost belongs to what is available.
    """

    found_by = ("account_id", "sequence", "place")
    write_rank = 1
    changing_columns = (*FIGURES, *COSTS, "is_spendable", "updated_at")

    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="lots",
        verbose_name=_("point account"),
        db_index=False,  # Served by the indexes below.
    )
    tenant = KeyField(_("tenant"), max_length=32)
    sequence = models.PositiveBigIntegerField(_("sequence number"))
    place = models.PositiveIntegerField(default=0)
    total = figure(_("granted"))
    available = figure(_("available"))
    frozen = figure(_("frozen"))
    used = figure(_("used"))
    refunded = figure(_("refunded"))
    cancelled = figure(_("cancelled"))
    expired = figure(_("expired"))
    total_cost = figure(_("cost granted"))
    frozen_cost = figure(_("cost of frozen points"))
    used_cost = figure(_("cost used"))
    refunded_cost = figure(_("cost refunded"))
    cancelled_cost = figure(_("cost cancelled"))
    expired_cost = figure(_("cost expired"))
    is_spendable = models.BooleanField(_("has available points"))
    reference = KeyField(_("order"), max_length=128, blank=True)
    tag = KeyField(_("tag"), max_length=128, blank=True)
    source_type = models.IntegerField(_("source type"), null=True)
    order_type = models.IntegerField(_("order type"), null=True)
    pay_type = models.IntegerField(_("pay type"), null=True)
    extra = models.TextField(_("extra"), null=True)  # noqa: DJ001 - null, {} and "" differ
    issued_at = models.DateTimeField(_("issued"), null=True)
    expires_at = models.DateTimeField(_("expires"), default=NEVER)
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "sequence", "place"], name="points_lot_sequence"
            ),
            models.CheckConstraint(
                condition=within_bounds(*FIGURES, *COSTS, "total", "total_cost"),
                name="points_lot_bounds",
            ),
            models.CheckConstraint(
                condition=Q(total=sum_of(*POTS)),
                name="points_lot_total",
            ),
            models.CheckConstraint(
                condition=Q(total_cost__gte=sum_of("frozen_cost", *COSTS)),
                name="points_lot_cost",
            ),
            models.CheckConstraint(
                condition=Q(frozen__gt=0) | Q(frozen_cost=0), name="points_lot_frozen"
            ),
            models.CheckConstraint(
                condition=Q(available__gt=0, is_spendable=True)
                | Q(
                    available=0,
                    is_spendable=False,
                    total_cost=sum_of("frozen_cost", *COSTS),
                ),
                name="points_lot_spendable",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account", "is_spendable", "expires_at", "sequence", "place"],
                name="points_lot_by_expiry",
            ),
            models.Index(
                fields=["account", "is_spendable", "sequence", "place"], name="points_lot_by_age"
            ),
            models.Index(fields=["account", "id"], name="points_lot_newest"),
            models.Index(fields=["account", "reference"], name="points_lot_of_order"),
            models.Index(fields=["is_spendable", "expires_at"], name="points_lot_due"),
            models.Index(fields=["tenant", "id"], name="points_lot_of_tenant"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def figures(self) -> LotFigures:
        """Return the figures, to reckon with."""
        names = (*FIGURES, *COSTS, "total", "total_cost")
        return LotFigures(**{name: getattr(self, name) for name in names})

    def take_over(self, figures: LotFigures, *, now: datetime) -> None:
        """Become what was reckoned."""
        for name in (*FIGURES, *COSTS):
            setattr(self, name, getattr(figures, name))
        self.is_spendable = self.available > 0
        self.updated_at = now

    def sealed_values(self) -> list[Any]:
        """Seal the figures and the terms."""
        columns = (
            "sequence",
            "place",
            "tenant",
            *FIGURES,
            *COSTS,
            "total",
            "total_cost",
            "reference",
            "tag",
            "source_type",
            "order_type",
            "pay_type",
            "extra",
            "issued_at",
            "expires_at",
            "created_at",
        )
        return [self.account.holder_digest, *(getattr(self, name) for name in columns)]


class HoldPiece(Part):
    """What one freeze holds of one lot. The pieces of one freeze are a hold.

    `hold` is the sequence number of the log that froze them. A piece that holds nothing any more
    is closed, and stays.
    """

    found_by = ("account_id", "hold", "lot_id")
    write_rank = 2
    changing_columns = ("points", "cost", "is_open")

    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="pieces",
        verbose_name=_("point account"),
        db_index=False,
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="pieces", verbose_name=_("lot")
    )
    hold = models.PositiveBigIntegerField(_("hold"))
    points = figure(_("points held"))
    cost = figure(_("cost held"))
    is_open = models.BooleanField(_("open"), default=True)
    reference = KeyField(_("order"), max_length=128, blank=True)
    order_type = models.IntegerField(_("order type"), null=True)
    expires_at = models.DateTimeField(_("expires"), default=NEVER)

    class Meta:
        verbose_name = _("held piece")
        verbose_name_plural = _("held pieces")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "hold", "lot"], name="points_piece_hold"),
            models.CheckConstraint(
                condition=within_bounds("points", "cost"), name="points_piece_bounds"
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0, is_open=True) | Q(points=0, cost=0, is_open=False),
                name="points_piece_open",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "is_open", "id"], name="points_piece_oldest"),
            models.Index(fields=["account", "is_open", "expires_at"], name="points_piece_due"),
            models.Index(fields=["account", "is_open", "reference"], name="points_piece_order"),
            models.Index(fields=["is_open", "expires_at"], name="points_piece_any_due"),
        ]

    def __str__(self) -> str:
        return f"{self.reference or self.hold}"

    def take_over(self, *, points: Any, cost: Any) -> None:
        """Become what was reckoned."""
        self.points, self.cost, self.is_open = points, cost, points > 0

    def sealed_values(self) -> list[Any]:
        """Seal what is held, of which lot, and until when."""
        columns = ("hold", "points", "cost", "reference", "order_type", "expires_at")
        lot = (self.lot.sequence, self.lot.place)
        return [self.account.holder_digest, *lot, *(getattr(self, name) for name in columns)]

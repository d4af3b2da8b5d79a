"""Point accounts, their types, and the notes about their settings."""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.amounts import POINTS
from ledger.fields import AmountField, DigestField, KeyField
from ledger.parts import Part
from ledger.records import AppendOnlyManager, State, refuse_change, save_once
from ledger.terms import DIGEST_BYTES
from points.commands import Points, SpendingOrder
from points.rules import AccountFigures

if TYPE_CHECKING:
    from ledger.book import Book
    from points.models.stock import Stock

POTS = ("available", "frozen", "used", "refunded", "cancelled", "expired")
FIGURES = (*POTS, "frozen_cost")
ORDERS = {SpendingOrder.EXPIRY: _("soonest expiry first"), SpendingOrder.CREATED: _("oldest first")}


def figure(label: Any) -> AmountField:
    """Return a column of points or of their cost."""
    return AmountField(label, digits=POINTS.digits, default=Decimal(0))


def within_bounds(*columns: str) -> Q:
    """Return the condition that these figures are 0 or more and within their bounds."""
    each = (Q(**{f"{name}__gte": 0, f"{name}__lt": POINTS.bound}) for name in columns)
    return reduce(and_, each)


class PointType(Part):
    """A type of a tenant's points. It never changes."""

    found_by = ("digest",)
    write_rank = 0
    all_names: Sequence[str] = ()  # Of the tenant's types, where one was added.

    digest = DigestField(length=DIGEST_BYTES, unique=True)
    tenant = KeyField(_("tenant"), max_length=32)
    name = KeyField(_("name"), max_length=32)
    spending_order = models.PositiveSmallIntegerField(
        _("spending order"), choices=[(each.value, label) for each, label in ORDERS.items()]
    )
    created_at = models.DateTimeField(_("created"), editable=False)

    class Meta:
        verbose_name = _("type of points")
        verbose_name_plural = _("types of points")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="points_type_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def sealed_values(self) -> list[Any]:
        """Seal all of it."""
        return [self.digest, self.tenant, self.name, self.spending_order]


class Account(State):
    """One user's points of one type. Its figures are always the sums over its lots."""

    held_by = Points
    lock_rank = 3
    holder_columns = ("tenant", "point_type", "user", "sub_user")
    figure_column = "points"
    changing_columns = (*FIGURES, "cost", "granted_cost", "name", "is_enabled")
    sealed_columns = (*changing_columns, "spending_order")
    stock: "Stock"

    point_type = KeyField(_("type"), max_length=32)
    user = KeyField(_("user id"), max_length=128)
    sub_user = KeyField(_("sub-account"), max_length=128, blank=True)
    name = KeyField(_("name"), max_length=256, blank=True)
    spending_order = models.PositiveSmallIntegerField(
        _("spending order"), choices=[(each.value, label) for each, label in ORDERS.items()]
    )
    available = figure(_("available"))
    frozen = figure(_("frozen"))
    used = figure(_("used"))
    refunded = figure(_("refunded"))
    cancelled = figure(_("cancelled"))
    expired = figure(_("expired"))
    cost = figure(_("cost"))
    frozen_cost = figure(_("cost of frozen points"))
    granted_cost = figure(_("cost ever granted"))
    is_enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("point account")
        verbose_name_plural = _("point accounts")
        permissions: ClassVar = [("adjust_account", "Can adjust points by hand")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "point_type", "user", "sub_user"], name="points_account_holder"
            ),
            models.CheckConstraint(
                condition=within_bounds(*FIGURES, "cost", "granted_cost"),
                name="points_account_bounds",
            ),
            models.CheckConstraint(
                condition=Q(frozen_cost__lte=models.F("cost"), cost__lte=models.F("granted_cost")),
                name="points_account_cost",
            ),
            models.CheckConstraint(
                condition=Q(frozen__gt=0) | Q(frozen_cost=0), name="points_account_frozen"
            ),
            models.CheckConstraint(
                condition=Q(spending_order__in=[each.value for each in SpendingOrder]),
                name="points_account_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "point_type", "id"], name="points_account_newest"),
            models.Index(fields=["tenant", "user"], name="points_account_user"),
            models.Index(fields=["user"], name="points_account_any_user"),
            models.Index(fields=["sub_user"], name="points_account_any_part"),
        ]

    def __str__(self) -> str:
        names = (self.user, self.sub_user, self.name)
        return " · ".join(name for name in names if name)

    @property
    def holder(self) -> Points:
        """Return the name by which commands find this row."""
        return Points(self.tenant, self.point_type, self.user, self.sub_user)

    @property
    def points(self) -> Decimal:
        """Return the points still owed: available and frozen."""
        return self.available + self.frozen

    @property
    def figures(self) -> AccountFigures:
        """Return the figures that change, to reckon with."""
        names = (*FIGURES, "cost", "granted_cost")
        return AccountFigures(**{name: getattr(self, name) for name in names})

    def take_over(self, figures: AccountFigures) -> None:
        """Become what was reckoned."""
        for name in (*FIGURES, "cost", "granted_cost"):
            setattr(self, name, getattr(figures, name))

    @classmethod
    def supply(cls, book: "Book") -> Any:
        """Fetch the lots, the held pieces and the types that the batch needs."""
        from points.models import supply

        return supply.fetch(book)


class Note(models.Model):
    """One line of the audit trail: who enabled or disabled an account, and why."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="notes", verbose_name=_("account")
    )
    is_enabled = models.BooleanField(_("enabled"))
    memo = models.CharField(_("memo"), max_length=1024)
    actor = KeyField(_("by"), max_length=200)
    request_id = KeyField(_("request"), max_length=64)
    created_at = models.DateTimeField(_("time"))

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    save = save_once
    delete = refuse_change

    def __str__(self) -> str:
        return str(_("enabled") if self.is_enabled else _("disabled"))

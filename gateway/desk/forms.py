"""What an operator fills in. Each field is as strict as the API's, and says why in words."""

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from gateway import wording
from gateway.parameters.times import WallTime
from ledger import amounts, texts
from ledger.amounts import Scale
from ledger.refusals import Refusal

FIGURE = {"autocomplete": "off", "class": "figures"}
WALL = WallTime(name="")


class MomentInput(UnfoldAdminTextInputWidget):
    """A day and a time, chosen with the browser's own means."""

    input_type = "datetime-local"


class CheckedField(forms.CharField):
    """Text that one of the kernel's rules reads, which refuses with a reason."""

    def __init__(self, *, read: Callable[[str], Any], rows: int = 0, **kwargs: Any) -> None:
        self.read = read
        widget = UnfoldAdminTextareaWidget({"rows": rows}) if rows else UnfoldAdminTextInputWidget()
        super().__init__(**{"widget": widget, **kwargs})

    def clean(self, value: Any) -> Any:
        """Return what the text says.

        :raises ValidationError: with the kernel's reason.
        """
        text = super().clean(value).replace("\r\n", "\n")
        if not text:
            return text
        try:
            return self.read(text)
        except Refusal as refusal:
            raise ValidationError(capfirst(wording.reason(refusal.facts))) from refusal


def quantity_field(*, label: Promise, scale: Scale, **how: bool) -> CheckedField:
    """Return a field for an exact amount; `is_signed` and `may_be_zero` as in `amounts.parse`."""

    def read(text: str) -> Decimal | int:
        value = amounts.parse(text, scale=scale, **how)
        return value if scale.digits else int(value)

    keys = {"inputmode": "decimal" if scale.digits else "numeric"}
    return CheckedField(read=read, label=label, widget=UnfoldAdminTextInputWidget(FIGURE | keys))


def moment_field(*, label: Promise, **options: Any) -> CheckedField:
    """Return a field for a second in the service's time zone; a minute is its first second."""

    def read(text: str) -> datetime | None:
        spelled = text.replace("T", " ")
        moment: datetime | None = WALL.read(spelled + ":00" * (spelled.count(":") == 1))
        return moment

    return CheckedField(read=read, label=label, widget=MomentInput(), **options)


def name_field(*, label: Promise, length: int, **options: Any) -> CheckedField:
    """Return a field for what names a thing: a user id, a group."""
    return CheckedField(
        read=lambda text: texts.require_name(text, length=length), label=label, **options
    )


def text_field(*, label: Promise, length: int, **options: Any) -> CheckedField:
    """Return a field for a free text; with `rows`, of several lines."""
    return CheckedField(
        read=lambda text: texts.require_free_text(text, length=length), label=label, **options
    )


class AdjustmentForm(forms.Form):
    """An adjustment of one `row`; `asks` names the fields it needs beside the reason.

    `form_key` makes a second submission of the same page a repeat of the first. A domain's form
    adds the fields that its adjustments ask for.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = text_field(
        label=_("Reason"),
        length=1024,
        rows=3,
        help_text=_("Kept for ever beside the change, with your name."),
    )

    def __init__(
        self, data: Any = None, *, asks: Collection[str], row: Any = None, **kwargs: Any
    ) -> None:
        self.row = row
        asked = ("form_key", *asks, "reason")
        super().__init__(data, field_order=asked, **kwargs)
        for unasked in set(self.fields) - set(asked):
            del self.fields[unasked]
        self.initial.setdefault("form_key", uuid4())

    @property
    def number(self) -> str:
        """Return the trade number of what this page books."""
        return f"adj-{self.cleaned_data['form_key']}"

    def renew_key(self) -> None:
        """Make the next submission a new change: this page's key was used for another one."""
        self.data = {**self.data.dict(), "form_key": str(uuid4())}  # type: ignore[attr-defined]

"""Model fields that mean the same on every database."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger import amounts

if TYPE_CHECKING:
    _AmountBase = models.Field[Decimal | int, Decimal]
    _BinaryBase = models.BinaryField[bytes | None, Any]
    _TextBase = models.CharField[str, str]
else:
    _AmountBase = models.Field
    _BinaryBase = models.BinaryField
    _TextBase = models.CharField


class AmountField(_AmountBase):
    """A Decimal in Python, a 64-bit count of its smallest unit in the database.

    `digits` is the number of fractional digits. A value with more of them raises ValueError.
    """

    def __init__(self, *args: Any, digits: int, **kwargs: Any) -> None:
        self.digits = digits
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Tell migrations how to make this field again."""
        name, path, args, kwargs = super().deconstruct()
        return name or "", path, list(args), {**kwargs, "digits": self.digits}

    def get_internal_type(self) -> str:
        """Store as a 64-bit integer."""
        return "BigIntegerField"

    def from_db_value(self, value: Any, *_: Any) -> Decimal | None:
        """Read a count of the smallest unit (a sum may come as the database's own decimal)."""
        return None if value is None else amounts.from_units(int(value), digits=self.digits)

    def to_python(self, value: Any) -> Decimal | None:
        """Return the exact value of a Decimal, an integer or a text."""
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError(f"{self.name} takes no binary fraction: {value!r}")
        return Decimal(value)

    def get_prep_value(self, value: Any) -> int | None:
        """Count the smallest unit."""
        exact = self.to_python(super().get_prep_value(value))
        return None if exact is None else self.units(exact)

    def units(self, value: Decimal | int) -> int:
        """Return the value as a count of the smallest unit."""
        try:
            return amounts.to_units(Decimal(value), digits=self.digits)
        except (ArithmeticError, ValueError) as error:  # ValueError: NaN
            raise ValueError(f"{self.name} has {self.digits} fractional digits: {value}") from error

    def value_to_string(self, obj: models.Model) -> str:
        """Return the digits, for fixtures."""
        return amounts.plain(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Offer a decimal input."""
        return super().formfield(
            **{"form_class": forms.DecimalField, "decimal_places": self.digits, **kwargs}
        )


class KeyField(_TextBase):
    """Text that compares byte for byte: 'KEY' is not 'key', 'k1' is not 'k1 '."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Name the collation that compares bytes on this database."""
        return {**super().db_parameters(connection), "collation": _byte_collation(connection)}


class DigestField(_BinaryBase):
    """Exactly `length` bytes, indexable everywhere."""

    def __init__(self, *args: Any, length: int, **kwargs: Any) -> None:
        self.length = length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Tell migrations how to make this field again."""
        name, path, args, kwargs = super().deconstruct()
        return name or "", path, list(args), {**kwargs, "length": self.length}

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return a type of fixed length where the database has one."""
        types = {"mysql": f"binary({self.length})", "oracle": f"raw({self.length})"}
        return types.get(connection.vendor) or super().db_type(connection) or ""

    def from_db_value(self, value: Any, *_: Any) -> bytes | None:
        """Return bytes, whatever the driver hands over."""
        return None if value is None else bytes(value)


def _byte_collation(connection: BaseDatabaseWrapper) -> str | None:
    if connection.vendor == "postgresql":
        return "C"
    if connection.vendor == "mysql":
        is_mariadb = getattr(connection, "mysql_is_mariadb", False)
        return "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
    return None

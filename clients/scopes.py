"""What a client may do. Each scope includes the ones before it."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Scope(StrEnum):
    """A level of trust."""

    READ = "read"
    WRITE = "write"
    MANAGE = "manage"

    @property
    def label(self) -> Promise:
        """Return its name for people."""
        return LABELS[self]

    def includes(self, other: "Scope") -> bool:
        """Tell whether who has this scope may do what needs the other."""
        return other in INCLUDED[self]


INCLUDED = {scope: frozenset(tuple(Scope)[: rank + 1]) for rank, scope in enumerate(Scope)}
LABELS = {Scope.READ: _("read"), Scope.WRITE: _("write"), Scope.MANAGE: _("manage")}

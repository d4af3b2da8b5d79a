"""Tenants, and the API clients that act for them."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.scopes import Scope
from ledger.fields import DigestField, KeyField


class Tenant(models.Model):
    """A system whose accounts are its own (`ident` on the wire)."""

    ident = KeyField(_("ident"), max_length=32, unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        ordering = ("ident",)

    def __str__(self) -> str:
        return self.ident


class Client(models.Model):
    """A program with a secret key, of which only the digest is stored."""

    name = KeyField(_("name"), max_length=64, unique=True)
    key_digest = DigestField(length=32, unique=True)
    key_hint = models.CharField(
        _("key"), max_length=16, editable=False, help_text=_("How the secret key begins.")
    )
    default_tenant = models.ForeignKey(
        Tenant,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("default tenant"),
        help_text=_("The tenant that is meant where a request names none."),
    )
    tenants = models.ManyToManyField(
        Tenant,
        related_name="clients",
        blank=True,
        verbose_name=_("further tenants"),
        help_text=_("Other tenants that this client may act for."),
    )
    scope = models.CharField(
        _("scope"),
        max_length=8,
        choices=[(scope.value, scope.label) for scope in Scope],
        default=Scope.WRITE.value,
        help_text=_("Writing includes reading; managing includes both."),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Switched off, its key is refused within five seconds."),
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    rate_limit = models.PositiveIntegerField(
        _("requests per minute"),
        null=True,
        blank=True,
        help_text=_("Empty: no limit. Beyond it, requests are answered 429."),
    )
    has_legacy_status = models.BooleanField(
        _("legacy status"),
        default=False,
        help_text=_("Answer errors with the codes 9xx as HTTP status, as old callers expect."),
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def is_usable(self, *, now: datetime) -> bool:
        """Tell whether the key opens anything at that moment."""
        return self.is_active and (self.expires_at is None or now < self.expires_at)

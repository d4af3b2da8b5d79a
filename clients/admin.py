"""API clients and tenants in the back office. A key is shown once, when it is made."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import action, display

from clients.models import Client, Tenant
from clients.operations import create_client, renew_key
from clients.scopes import Scope
from ledger.refusals import Refusal
from ledger.texts import require_name


class NamedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose `name` or `ident` names a thing, as strictly as the API reads it."""

    def clean_name(self) -> str:
        """Return the name."""
        return _name(self.cleaned_data["name"], length=64)

    def clean_ident(self) -> str:
        """Return the ident."""
        return _name(self.cleaned_data["ident"], length=32)


@admin.register(Tenant)
class TenantAdmin(ModelAdmin):
    """Tenants: added, never renamed or removed, for accounts carry their idents."""

    form = NamedForm
    fields = ("ident",)
    list_display = ("ident", "created_at")
    search_fields = ("ident",)
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """Change nothing."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """Delete nothing."""
        return False


@admin.register(Client)
class ClientAdmin(ModelAdmin):
    """API clients: switched off, never removed, for records carry their names."""

    form = NamedForm
    list_display = (
        "name",
        "default_tenant",
        "further_tenants",
        "scope_label",
        "is_active",
        "expires_at",
        "rate_limit",
        "key_hint_text",
        "last_used_at",
    )
    list_filter = (
        ("is_active", BooleanRadioFilter),
        ("scope", ChoicesDropdownFilter),
        ("default_tenant", RelatedDropdownFilter),
    )
    list_filter_submit = True
    list_select_related = ("default_tenant",)
    search_fields = ("name",)
    actions = None
    filter_horizontal = ("tenants",)
    fieldsets = (
        (None, {"fields": ("name", "default_tenant", "tenants", "scope")}),
        (_("Limits"), {"fields": ("is_active", "expires_at", "rate_limit", "has_legacy_status")}),
    )
    key_fieldset = (_("Key"), {"fields": ("key_hint_text", "last_used_at", "created_at")})
    readonly_fields = ("key_hint_text", "last_used_at", "created_at")
    actions_detail = ("renew",)

    @admin.display(description=_("further tenants"))
    def further_tenants(self, client: Client) -> str:
        """Return the idents of the tenants it may act for beside its own."""
        return ", ".join(tenant.ident for tenant in client.tenants.all()) or "-"

    @display(
        description=_("scope"), label={"read": "info", "write": "success", "manage": "warning"}
    )
    def scope_label(self, client: Client) -> tuple[str, str]:
        """Return the scope as a coloured label."""
        return client.scope, client.get_scope_display()

    @admin.display(description=_("key"))
    def key_hint_text(self, client: Client) -> str:
        """Return how the key begins."""
        return format_html('<span class="code">{}…</span>', client.key_hint)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        """Fetch the tenants of all clients at once."""
        rows: QuerySet[Client] = super().get_queryset(request)
        return rows.prefetch_related("tenants")

    def get_fieldsets(self, request: HttpRequest, obj: Client | None = None) -> Any:
        """Show the key's origin once there is one."""
        shown = super().get_fieldsets(request, obj)
        return shown if obj is None else (*shown, self.key_fieldset)

    def get_readonly_fields(self, request: HttpRequest, obj: Client | None = None) -> Any:
        """Keep the name of a client: its records carry it."""
        return self.readonly_fields if obj is None else ("name", *self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save it; a new one gets its key, which the next page shows."""
        if not change:
            ident, scope = obj.default_tenant.ident, Scope(obj.scope)
            made, secret = create_client(name=obj.name, ident=ident, scope=scope)
            obj.pk, obj.created_at = made.pk, made.created_at
            obj.key_digest, obj.key_hint = made.key_digest, made.key_hint
            _show(request, secret)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Client | None = None) -> bool:
        """Delete nothing."""
        return False

    @action(description=_("Renew key"), icon="key", permissions=["change"])
    def renew(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, and on POST replace the key."""
        client = self.get_object(request, object_id)
        if client is None:
            raise Http404
        if not self.has_change_permission(request, client):
            raise PermissionDenied
        if request.method == "POST":
            _show(request, renew_key(client))
            self.log_change(request, client, gettext("Renewed the key"))
            return HttpResponseRedirect(reverse("admin:clients_client_change", args=[client.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Renew key"),
            "original": client,
        }
        return TemplateResponse(request, "admin/clients/renew.html", context)


def _show(request: HttpRequest, secret: str) -> None:
    text = gettext("The key, shown this once: copy it now.")
    messages.warning(request, format_html('{} <span class="code secret">{}</span>', text, secret))


def _name(text: str, *, length: int) -> str:
    try:
        return require_name(text, length=length)
    except Refusal as refusal:
        raise ValidationError(
            _("Use printable characters with no surrounding spaces.")
        ) from refusal

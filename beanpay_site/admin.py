"""People in the back office: users, groups, and what they may do, in words."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext, pgettext_lazy
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

VERBS: dict[str, Promise] = {
    "view": pgettext_lazy("permission", "see"),
    "add": pgettext_lazy("permission", "add"),
    "change": pgettext_lazy("permission", "change"),
    "delete": pgettext_lazy("permission", "delete"),
    "adjust": pgettext_lazy("permission", "adjust by hand"),
}
NOT_OURS = ("admin", "contenttypes", "sessions")
FOR_NOBODY = (  # No page does these things, whoever asks.
    *(f"{verb}_{thing}" for verb in ("change", "delete") for thing in ("account", "tenant")),
    *(f"{verb}_package" for verb in ("add", "change", "delete")),
    *(f"{verb}_record" for verb in ("add", "change", "delete")),
    *(f"{verb}_note" for verb in ("view", "add", "change", "delete")),
    *(
        f"{verb}_{thing}"
        for verb in ("add", "change", "delete")
        for thing in ("log", "lot", "holdpiece", "pointtype")
    ),
    *(f"{verb}_lotlog" for verb in ("view", "add", "change", "delete")),
    *(f"{verb}_permission" for verb in ("view", "add", "change", "delete")),
    "delete_client",
    "delete_user",
)

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """Operators and managers: switched off, never removed, for the history carries them."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Word the permissions."""
        return _worded(super().formfield_for_manytomany(db_field, request, **kwargs))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Delete nobody."""
        return False


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """What several people may do."""

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        """Word the permissions."""
        return _worded(super().formfield_for_manytomany(db_field, request, **kwargs))


def label(permission: Permission) -> str:
    """Return a permission in words: `Account: adjust by hand`."""
    verb = permission.codename.partition("_")[0]
    content = permission.content_type
    is_group = content.model == Group._meta.model_name  # An account has a group, too.
    thing = capfirst(pgettext("people", "user group") if is_group else content.name)
    return f"{thing}: {VERBS[verb]}" if verb in VERBS else f"{thing}: {gettext(permission.name)}"


def _worded(field: Any) -> Any:
    if field is not None and field.queryset.model is Permission:
        granted = field.queryset.select_related("content_type")
        field.queryset = granted.exclude(
            Q(content_type__app_label__in=NOT_OURS)
            | Q(codename__in=FOR_NOBODY)
            | Q(content_type__app_label="points", codename="add_account")  # A grant opens one.
        )
        field.label_from_instance = label
    return field

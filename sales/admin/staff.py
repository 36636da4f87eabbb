"""Staff: roles, cafés, passwords, tokens. Nobody can hand out more than a role."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField, QuerySet
from django.forms import CheckboxSelectMultiple, ValidationError
from django.http import HttpRequest
from django.utils import timezone

from config.admin import CafeAdmin, Hidden, ReadOnlyAdmin
from sales.models import ApiToken, StaffProfile
from sales.roles import ROLES

admin.site.unregister(User)


class ProfileInline(admin.StackedInline):
    model = StaffProfile
    can_delete = False
    max_num = 1
    min_num = 1
    verbose_name_plural = "cafés"

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["widget"] = CheckboxSelectMultiple
        kwargs["help_text"] = "None chosen: all of them."
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class StaffForm(UserChangeForm):
    """Keeps people from locking themselves out."""

    def clean_is_active(self) -> bool:
        active = self.cleaned_data["is_active"]
        if not active and self.instance == self.editor:
            raise ValidationError("You cannot deactivate yourself.")
        return active


@admin.register(User)
class StaffAdmin(CafeAdmin, UserAdmin):
    """Managers see and edit everyone but superusers, and give roles only.

    Those of some cafés only look: whoever gives out cafés must work at all of them.
    """

    form = StaffForm
    list_display = ["username", "first_name", "last_name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    filter_horizontal = []
    inlines = [ProfileInline]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        ("Work", {"fields": ["groups"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not request.user.workplaces

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and not request.user.workplaces

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[tuple]:
        if obj is None:
            return self.add_fieldsets
        work = ["groups", "is_active"]
        if request.user.is_superuser:
            work.append("is_superuser")
        return [
            (None, {"fields": ["username", "password"]}),
            ("Person", {"fields": ["first_name", "last_name", "email"]}),
            ("Work", {"fields": work}),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users = super().get_queryset(request).prefetch_related("groups")
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type:
        form = super().get_form(request, obj, **kwargs)
        form.editor = request.user
        return form

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.filter(name__in=ROLES)
            kwargs["widget"] = CheckboxSelectMultiple
            kwargs["label"], kwargs["help_text"] = "Roles", ""
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())


@admin.register(StaffProfile)
class StaffProfileAdmin(Hidden, ReadOnlyAdmin):
    list_display = ["user"]
    list_select_related = ["user"]
    search_fields = ["user__username"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Made by `manage.py create_api_token`, which alone ever shows them; revoked here."""

    list_display = ["name", "user", "scope", "created_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "user"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]
    actions = ["revoke"]

    @admin.display(description="scopes")
    def scope(self, token: ApiToken) -> str:
        return ", ".join(token.scopes) or "all its user may do"

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        revoked = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, f"{revoked} revoked.")

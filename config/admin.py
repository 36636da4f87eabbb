"""The administration: who may enter, and how its pages behave."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import get_permission_codename
from django.db import DatabaseError, IntegrityError
from django.db.models import Model
from django.forms import CheckboxInput, ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.access import PUBLIC, requires

ENTRY = "stock.change_location"


class CafeAdminSite(admin.AdminSite):
    """Open to whoever may change a café, by role; signing in happens on the café's own page."""

    site_header = site_title = "Smart Coffee"
    index_title = "Administration"
    final_catch_all_view = True

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.has_perm(ENTRY)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return requires(ENTRY)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:index", current_app=self.name))

    login.permissions = (PUBLIC,)  # only leads to the front page, which asks who is there


class CafeAdmin(admin.ModelAdmin):
    """Lists without an uncounted query; a race between two edits is a message, never a 500."""

    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Rows of the cafés one works at; everything for those who work at all."""
        rows = super().get_queryset(request)
        places = list(request.user.workplaces)
        path = _path_to_location(self.model)
        return rows.filter(**{f"{path}__in": places}) if places and path else rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "location" and request.user.workplaces:
            places = db_field.remote_field.model.objects.filter(pk__in=request.user.workplaces)
            kwargs["queryset"] = places
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with_page = super().changeform_view
        return _or_told(request, lambda: with_page(request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with_list = super().changelist_view
        return _or_told(request, lambda: with_list(request, *args, **kwargs))

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        """Write what was edited and nothing else: the rest of the row belongs to those who sell."""
        if not change:
            return super().save_model(request, obj, form, change)
        columns = {field.name for field in obj._meta.concrete_fields}
        try:
            obj.save(update_fields=sorted(columns & self.edited_fields(form)))
        except DatabaseError as error:
            if type(error) is DatabaseError:  # Django's own, of a row that is gone
                raise IntegrityError("deleted meanwhile") from error
            raise

    def edited_fields(self, form: ModelForm) -> set[str]:
        """Names of the fields that saving `form` writes, where the row exists."""
        return set(form.changed_data)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple:
        """Parts go with what they are part of, though no page deletes them on their own."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        held = {
            options.verbose_name
            for options in (model._meta for model in self.admin_site._registry)
            if request.user.has_perm(
                f"{options.app_label}.{get_permission_codename('delete', options)}"
            )
        }
        return deleted, counts, lacking - held, protected

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        in_list = request.resolver_match.url_name.endswith("_changelist")
        return name_aloud(field) if in_list else field


def _or_told(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """The page that `act` makes; when its change contradicts another's, a message says so."""
    try:
        return act()
    except IntegrityError:
        messages.error(
            request,
            "Nothing was saved: the change contradicts another one. Look again and repeat it.",
        )
        return HttpResponseRedirect(request.get_full_path())


def _path_to_location(model: Any) -> str:
    """How a row of `model` leads to its café; empty for what all cafés share."""
    if model._meta.label == "stock.Location":
        return "pk"
    names = {field.name for field in model._meta.get_fields()}
    via = (name for name in ("order", "shift", "run") if name in names)
    return "location" if "location" in names else next((f"{name}__location" for name in via), "")


class PartsFormSet(BaseInlineFormSet):
    """Rows of a table, whose boxes screen readers know by name."""

    deletion_widget = CheckboxInput(attrs={"aria-label": "Delete"})


class PartsInline(admin.TabularInline):
    """The parts of a thing as rows of a table on its page."""

    formset = PartsFormSet
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # A row has no room for four icons, and deletes nothing but itself.
            field.widget.can_change_related = field.widget.can_view_related = False
            field.widget.can_delete_related = False
        return name_aloud(field)


def name_aloud(field: Any) -> Any:
    """Give the box in a table's cell the name that its column shows to the eye."""
    if field is not None:
        widget = getattr(field.widget, "widget", field.widget)
        widget.attrs.setdefault("aria-label", str(field.label))
    return field


class ReadOnly:
    """For what the till writes and nobody may rewrite."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, CafeAdmin):
    """A list and its pages, to look at."""


class Hidden:
    """Registered, but reached through its parent and not listed on the front page."""

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}

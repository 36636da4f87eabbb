"""The menu, edited as a whole: a product with its sizes, recipe and modifier groups."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelForm, ValidationError
from django.http import HttpRequest

from config.admin import Hidden, PartsFormSet, PartsInline, ReadOnlyAdmin
from sales.models import (
    Category,
    Modifier,
    ModifierGroup,
    ModifierIngredient,
    Product,
    ProductModifierGroup,
    ProductSize,
    RecipeLine,
)
from stock.publishing import PublishingAdmin
from stock.services import publish_menu


class SizeForm(ModelForm):
    """Leaves "one default" to the formset: the default moves from one size to another at once."""

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "is_default"}


class SizeFormSet(PartsFormSet):
    """At least one size, at most one of them the default."""

    def clean(self) -> None:
        super().clean()
        if len(self._defaults()) > 1:
            raise ValidationError("Only one size can be the default.")

    def save(self, commit: bool = True) -> list[ProductSize]:
        # The old default goes first: the table never holds two.
        kept = [form.instance.pk for form in self._defaults() if form.instance.pk]
        self.instance.sizes.exclude(pk__in=kept).update(is_default=False)
        return super().save(commit)

    def _defaults(self) -> list[ModelForm]:
        return [
            form
            for form in self.forms
            if (data := getattr(form, "cleaned_data", {})).get("is_default")
            and not data.get("DELETE")
        ]


class SizeInline(PartsInline):
    model = ProductSize
    form = SizeForm
    formset = SizeFormSet
    min_num = 1
    validate_min = True

    def get_formset(self, request: HttpRequest, obj: Product | None = None, **kwargs: Any) -> type:
        return super().get_formset(request, obj, validate_min=True, **kwargs)


class RecipeFormSet(PartsFormSet):
    """Saved after the sizes: a line that belongs to a size just deleted goes with it."""

    def save_new(self, form: ModelForm, commit: bool = True) -> RecipeLine:
        return super().save_new(form, commit and self._has_its_size(form.instance))

    def save_existing(self, form: ModelForm, obj: RecipeLine, commit: bool = True) -> RecipeLine:
        return super().save_existing(form, obj, commit and self._has_its_size(form.instance))

    def _has_its_size(self, line: RecipeLine) -> bool:
        return line.size_id is None or self.instance.sizes.filter(pk=line.size_id).exists()


class RecipeInline(PartsInline):
    model = RecipeLine
    formset = RecipeFormSet
    autocomplete_fields = ["ingredient"]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "size":
            product_id = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = ProductSize.objects.filter(product_id=product_id).select_related(
                "product"
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class GroupInline(PartsInline):
    model = ProductModifierGroup
    verbose_name = "modifier group"


@admin.register(Category)
class CategoryAdmin(PublishingAdmin):
    list_display = ["name", "position", "hue"]
    list_editable = ["position", "hue"]
    search_fields = ["name"]


class OnSaleAdmin(PublishingAdmin):
    """Adds the two switches of something that can be taken off sale."""

    actions = ["take_off_sale", "put_on_sale"]

    @admin.action(description="Take off sale", permissions=["change"])
    def take_off_sale(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._switch(request, queryset, on_sale=False)

    @admin.action(description="Put on sale", permissions=["change"])
    def put_on_sale(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._switch(request, queryset, on_sale=True)

    @transaction.atomic
    def _switch(self, request: HttpRequest, queryset: QuerySet, *, on_sale: bool) -> None:
        changed = queryset.update(on_sale=on_sale)
        publish_menu()
        self.message_user(request, f"{changed} {'put on' if on_sale else 'taken off'} sale.")


@admin.register(Product)
class ProductAdmin(OnSaleAdmin):
    list_display = ["name", "category", "prices", "on_sale", "position"]
    list_editable = ["on_sale", "position"]
    list_filter = ["on_sale", "category", "modifier_groups"]
    list_select_related = ["category"]
    search_fields = ["name", "description"]
    inlines = [SizeInline, GroupInline, RecipeInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return super().get_queryset(request).prefetch_related("sizes")

    @admin.display
    def prices(self, product: Product) -> str:
        return ", ".join(f"{size.name} {size.price}" for size in product.sizes.all())


@admin.register(ProductSize)
class ProductSizeAdmin(PublishingAdmin):
    """The price list. Sizes themselves come and go on their product's page."""

    list_display = ["product", "name", "price", "factor", "is_default"]
    list_display_links = None
    list_editable = ["price"]
    list_filter = ["product__category"]
    list_select_related = ["product"]
    search_fields = ["product__name"]
    ordering = ["product__name", "position"]
    fields = ["product", "name", "price", "factor", "is_default"]
    readonly_fields = ["product", "name", "factor", "is_default"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RecipeLine)
class RecipeLineAdmin(ReadOnlyAdmin):
    """Where an ingredient is used."""

    list_display = ["product", "ingredient", "quantity", "scales", "size_name"]
    list_filter = ["product__category"]
    list_select_related = ["product", "ingredient", "size"]
    search_fields = ["product__name", "ingredient__name"]

    @admin.display(description="only for size")
    def size_name(self, line: RecipeLine) -> str:
        return line.size.name if line.size else ""


class ModifierInline(PartsInline):
    model = Modifier
    show_change_link = True
    autocomplete_fields = ["replaces"]


@admin.register(ModifierGroup)
class ModifierGroupAdmin(PublishingAdmin):
    list_display = ["name", "minimum", "maximum", "choices"]
    search_fields = ["name"]
    inlines = [ModifierInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModifierGroup]:
        return super().get_queryset(request).prefetch_related("modifiers")

    @admin.display
    def choices(self, group: ModifierGroup) -> str:
        return ", ".join(modifier.name for modifier in group.modifiers.all())


class ModifierIngredientFormSet(PartsFormSet):
    """An ingredient without a quantity needs one to take the place of."""

    def clean(self) -> None:
        super().clean()
        if self.instance.replaces_id:
            return
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if data.get("ingredient") and not data.get("DELETE") and data.get("quantity") is None:
                form.add_error("quantity", "Give a quantity: this modifier replaces nothing.")


class ModifierIngredientInline(PartsInline):
    model = ModifierIngredient
    formset = ModifierIngredientFormSet
    autocomplete_fields = ["ingredient"]


@admin.register(Modifier)
class ModifierAdmin(OnSaleAdmin):
    list_display = ["name", "group", "price", "is_default", "on_sale", "replaces"]
    list_editable = ["price", "on_sale"]
    list_filter = ["on_sale", "group"]
    list_select_related = ["group", "replaces"]
    search_fields = ["name", "group__name"]
    autocomplete_fields = ["replaces"]
    inlines = [ModifierIngredientInline]


@admin.register(ModifierIngredient)
class ModifierIngredientAdmin(Hidden, ReadOnlyAdmin):
    list_display = ["modifier", "ingredient", "quantity", "scales"]
    list_select_related = ["modifier", "ingredient"]
    search_fields = ["modifier__name", "ingredient__name"]


@admin.register(ProductModifierGroup)
class ProductModifierGroupAdmin(Hidden, ReadOnlyAdmin):
    list_display = ["product", "group", "position"]
    list_select_related = ["product", "group"]
    search_fields = ["product__name", "group__name"]

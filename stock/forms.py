"""A supplier's details and the items of its list, as a manager types them."""

from typing import Any

from django import forms

from stock.models import Supplier, SupplierItem

WEEKDAYS = list(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")))


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days as a sorted list of numbers, 0 is Monday; none means any day."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        for unused in ("encoder", "decoder"):
            kwargs.pop(unused, None)
        super().__init__(choices=WEEKDAYS, coerce=int, required=False, **kwargs)


class SupplierForm(forms.ModelForm):
    delivery_weekdays = WeekdaysField(label="Delivers on", help_text="None means any day.")

    class Meta:
        model = Supplier
        fields = [
            "name",
            "email",
            "contact",
            "phone",
            "auto_order",
            "lead_time_days",
            "delivery_weekdays",
            "minimum_order",
            "order_cap",
        ]
        labels = {"auto_order": "Automatic orders"}
        help_texts = {"order_cap": "An order above it waits for a person; empty means no cap."}


class SupplierItemForm(forms.ModelForm):
    """An item of one supplier; the ingredient is fixed once it is on the list."""

    class Meta:
        model = SupplierItem
        fields = ["ingredient", "pack_name", "pack_size", "sku", "price", "preferred"]
        labels = {"preferred": "Order it here by itself, and nowhere else"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = SupplierItem.objects.filter(supplier_id=self.instance.supplier_id)
        ingredient = self.fields["ingredient"]
        if self.instance.pk:
            ingredient.disabled = True
        else:
            ingredient.queryset = ingredient.queryset.exclude(pk__in=listed.values("ingredient_id"))

    def _get_validation_exclusions(self) -> set[str]:
        # Preferring it here takes it from another supplier (save_supplier_item): no contradiction.
        return super()._get_validation_exclusions() | {"preferred"}

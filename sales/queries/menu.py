"""Reads the menu tables into a `Menu`, kept per process until the location's menu changes."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Prefetch

from sales.menu import (
    Menu,
    MenuCategory,
    MenuGroup,
    MenuIngredient,
    MenuModifier,
    MenuProduct,
    MenuSize,
    RecipePart,
)
from sales.models import Category, Modifier, ModifierGroup, Product, ProductModifierGroup
from stock.models import Ingredient, Location, StockItem

_cache: dict[int, Menu] = {}


def menu_for(location_id: int, *, revision: int) -> Menu:
    """The location's menu as of `revision` (its `menu_revision`), loaded at most once for each."""
    menu = _cache.get(location_id)
    if menu is None or menu.revision != revision:
        menu = _cache[location_id] = load_menu(location_id, revision=revision)
    return menu


def current_menu(location_id: int) -> Menu:
    """The location's menu now, at the price of one query."""
    revision = Location.objects.values_list("menu_revision", flat=True).get(pk=location_id)
    return menu_for(location_id, revision=revision)


def forget_menus() -> None:
    """Drop the process's copies, as after restoring a database."""
    _cache.clear()


def load_menu(location_id: int, *, revision: int) -> Menu:
    """Read the menu in a fixed number of queries, labelled with `revision`."""
    location = Location.objects.get(pk=location_id)
    groups = {group.pk: _group(group) for group in _groups()}
    categories = {c.pk: MenuCategory(c.pk, c.name, c.hue) for c in Category.objects.all()}
    products = {
        product.pk: _product(product, categories, groups, location.tax_rate)
        for product in _products()
        if product.sizes.all()
    }
    return Menu(
        location_id=location_id,
        revision=revision,
        currency=location.currency,
        time_zone=location.time_zone,
        business_day_start=location.business_day_start,
        tax_inclusive=location.tax_inclusive,
        refuses_oversell=location.oversell == Location.Oversell.REFUSE,
        categories=tuple(categories.values()),
        products=products,
        ingredients=_ingredients(location_id),
        modifier_ids=frozenset(m.id for g in groups.values() for m in g.modifiers),
        by_name={p.name.casefold(): p for p in products.values()},
    )


def _products():
    links = ProductModifierGroup.objects.order_by("position", "id")
    return (
        Product.objects.prefetch_related("sizes", "recipe", Prefetch("group_links", links))
        .order_by("category__position", "category__name", "position", "name")
        .all()
    )


def _groups():
    modifiers = Modifier.objects.prefetch_related("ingredients").order_by("position", "id")
    return ModifierGroup.objects.prefetch_related(Prefetch("modifiers", modifiers))


def _group(group: ModifierGroup) -> MenuGroup:
    modifiers = tuple(_modifier(modifier, group) for modifier in group.modifiers.all())
    return MenuGroup(group.pk, group.name, group.minimum, group.maximum, modifiers)


def _modifier(modifier: Modifier, group: ModifierGroup) -> MenuModifier:
    return MenuModifier(
        id=modifier.pk,
        name=modifier.name,
        group_id=group.pk,
        group_name=group.name,
        price=modifier.price,
        is_default=modifier.is_default,
        on_sale=modifier.on_sale,
        replaces=modifier.replaces_id,
        parts=tuple(
            RecipePart(part.ingredient_id, part.quantity, part.scales)
            for part in modifier.ingredients.all()
        ),
    )


def _product(
    product: Product,
    categories: dict[int, MenuCategory],
    groups: dict[int, MenuGroup],
    tax_rate: Decimal,
) -> MenuProduct:
    return MenuProduct(
        id=product.pk,
        name=product.name,
        description=product.description,
        category=categories[product.category_id],
        tax_rate=tax_rate if product.tax_rate is None else product.tax_rate,
        on_sale=product.on_sale,
        sizes=tuple(
            MenuSize(size.pk, size.name, size.price, size.factor, size.is_default)
            for size in product.sizes.all()
        ),
        groups=tuple(groups[link.group_id] for link in product.group_links.all()),
        recipe=tuple(
            RecipePart(part.ingredient_id, part.quantity, part.scales, part.size_id)
            for part in product.recipe.all()
        ),
    )


def _ingredients(location_id: int) -> dict[int, MenuIngredient]:
    costs: dict[int, Decimal] = defaultdict(Decimal)
    costs.update(
        StockItem.objects.filter(location_id=location_id).values_list(
            "ingredient_id", "average_unit_cost"
        )
    )
    return {
        ingredient.pk: MenuIngredient(
            ingredient.pk, ingredient.name, ingredient.unit, costs[ingredient.pk]
        )
        for ingredient in Ingredient.objects.all()
    }

"""Writes the demo café's menu and recipes."""

from decimal import Decimal

from django.core.management.color import no_style
from django.db import connection

from sales.demo.catalogue import (
    CATEGORIES,
    GROUPS,
    PRODUCTS,
    GroupSpec,
    ModifierSpec,
    ProductSpec,
)
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
from stock.models import Ingredient

Ingredients = dict[str, Ingredient]


def create_menu(ingredients: Ingredients) -> None:
    """Create categories, modifier groups and products; `ingredients` by name exist already.

    Modifiers get the primary keys the catalogue gives them, which published examples rely on.
    """
    categories = {
        name: Category.objects.create(name=name, hue=hue, position=position)
        for position, (name, hue) in enumerate(CATEGORIES)
    }
    groups = {spec.name: _create_group(spec, ingredients) for spec in GROUPS}
    _skip_used_keys()
    for position, spec in enumerate(PRODUCTS):
        product = Product.objects.create(
            category=categories[spec.category],
            name=spec.name,
            description=spec.description,
            position=position,
        )
        _create_recipe(product, spec, _create_sizes(product, spec), ingredients)
        ProductModifierGroup.objects.bulk_create(
            ProductModifierGroup(product=product, group=groups[name], position=place)
            for place, name in enumerate(spec.groups)
        )


def _create_group(spec: GroupSpec, ingredients: Ingredients) -> ModifierGroup:
    group = ModifierGroup.objects.create(name=spec.name, minimum=spec.minimum, maximum=spec.maximum)
    for position, modifier in enumerate(spec.modifiers):
        _create_modifier(group, modifier, position, ingredients)
    return group


def _create_modifier(
    group: ModifierGroup, spec: ModifierSpec, position: int, ingredients: Ingredients
) -> None:
    modifier = Modifier.objects.create(
        pk=spec.id,
        group=group,
        name=spec.name,
        price=spec.price,
        is_default=spec.is_default,
        replaces=ingredients[spec.replaces] if spec.replaces else None,
        position=position,
    )
    ModifierIngredient.objects.bulk_create(
        ModifierIngredient(
            modifier=modifier,
            ingredient=ingredients[name],
            quantity=quantity,
            scales=spec.scales,
        )
        for name, quantity in spec.adds.items()
    )


def _skip_used_keys() -> None:
    """Make the database's own numbering go on after the keys given by hand."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Modifier]):
            cursor.execute(statement)


def _create_sizes(product: Product, spec: ProductSpec) -> dict[str, ProductSize]:
    default = "M" if "M" in spec.sizes else next(iter(spec.sizes))
    return {
        name: ProductSize.objects.create(
            product=product,
            name=name,
            price=price,
            factor=Decimal(factor),
            is_default=name == default,
            position=position,
        )
        for position, (name, (price, factor)) in enumerate(spec.sizes.items())
    }


def _create_recipe(
    product: Product,
    spec: ProductSpec,
    sizes: dict[str, ProductSize],
    ingredients: Ingredients,
) -> None:
    scaling = [
        RecipeLine(product=product, ingredient=ingredients[name], quantity=Decimal(quantity))
        for name, quantity in spec.recipe.items()
    ]
    single = [
        RecipeLine(
            product=product,
            ingredient=ingredients[name],
            quantity=Decimal(1),
            scales=False,
            size=sizes[size],
        )
        for size, names in spec.per_size.items()
        for name in names
    ]
    RecipeLine.objects.bulk_create(scaling + single)

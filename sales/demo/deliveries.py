"""Who delivers to the demo café. Data only; packs and prices are the pantry's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SupplierSpec:
    """`weekdays` from 0, Monday; money is in tenge. `delivers` names ingredients of the pantry."""

    name: str
    email: str
    contact: str
    phone: str
    lead_days: int
    weekdays: tuple[int, ...]
    minimum: int
    cap: int
    delivers: tuple[str, ...]


DAIRY = "Alatau Dairy"
ROASTERY = "Silk Road Roasters"
BAKERY = "Nan Bakery"
PRODUCE = "Green Bazaar"
PACKAGING = "Steppe Packaging"

SUPPLIERS = (
    SupplierSpec(
        DAIRY, "orders@alatau-dairy.example", "Gulnara", "+7 727 555 01 10", 1,
        (0, 1, 2, 3, 4, 5), 10_000, 800_000,
        (
            "Whole milk", "Almond milk", "Oat milk", "Lactose-free milk", "Coconut milk", "Cream",
            "Butter portion", "Cheese", "Curd cheese", "Sour cream", "Yoghurt", "Eggs",
        ),
    ),
    SupplierSpec(
        ROASTERY, "shop@silk-road-roasters.example", "Arman", "+7 727 555 01 20", 2,
        (1, 4), 20_000, 2_000_000,
        (
            "Coffee beans", "Decaf beans", "Filter coffee", "Chai concentrate", "Matcha",
            "Black tea", "Green tea", "Earl Grey", "Herbal tea", "Vanilla syrup", "Caramel syrup",
            "Hazelnut syrup", "Lavender syrup", "Sugar syrup", "Chocolate sauce", "Vanilla sugar",
            "Cinnamon",
        ),
    ),
    SupplierSpec(
        BAKERY, "bakery@nan.example", "Saule", "+7 727 555 01 30", 1,
        (), 5_000, 400_000,
        (
            "Croissant", "Almond croissant", "Cinnamon roll", "Banana bread slice",
            "Cheesecake slice", "Honey cake slice", "Baursak", "Samsa", "Sourdough slice",
            "Granola",
        ),
    ),
    SupplierSpec(
        PRODUCE, "hello@green-bazaar.example", "Yerlan", "+7 727 555 01 40", 1,
        (0, 1, 2, 3, 4, 5), 5_000, 500_000,
        (
            "Sea buckthorn purée", "Fresh ginger", "Lemon", "Mint", "Oranges for juice", "Honey",
            "Berry jam", "Avocado", "Chicken breast", "Smoked salmon", "Salad leaves", "Tomatoes",
        ),
    ),
    SupplierSpec(
        PACKAGING, "sales@steppe-packaging.example", "Olga", "+7 727 555 01 50", 3,
        (0, 3), 20_000, 300_000,
        (
            "Cup S", "Cup M", "Cup L", "Lid 80 mm", "Lid 90 mm", "Cold cup M", "Cold cup L",
            "Cold lid", "Bottled water", "Sparkling water", "Ice",
        ),
    ),
)  # fmt: skip

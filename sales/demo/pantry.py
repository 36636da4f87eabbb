"""What the demo café keeps in its store room. Data only.

Money is in tenge, quantities in base units.
"""

from dataclasses import dataclass

MILK = "Whole milk"
BEANS = "Coffee beans"


@dataclass(frozen=True, slots=True)
class IngredientSpec:
    """`cost` is for one base unit; a delivery comes in whole packs and fills up to `par`."""

    name: str
    unit: str
    cost: str
    pack: int
    reorder: int
    par: int


INGREDIENTS = (
    IngredientSpec(BEANS, "g", "9", 1000, 20_000, 120_000),
    IngredientSpec("Decaf beans", "g", "11", 1000, 2_000, 12_000),
    IngredientSpec("Filter coffee", "g", "10", 1000, 4_000, 20_000),
    IngredientSpec(MILK, "ml", "0.55", 1000, 60_000, 300_000),
    IngredientSpec("Almond milk", "ml", "1.9", 1000, 40_000, 240_000),
    IngredientSpec("Oat milk", "ml", "1.6", 1000, 40_000, 240_000),
    IngredientSpec("Lactose-free milk", "ml", "0.8", 1000, 10_000, 60_000),
    IngredientSpec("Coconut milk", "ml", "1.8", 1000, 10_000, 60_000),
    IngredientSpec("Cream", "ml", "2.4", 500, 8_000, 30_000),
    IngredientSpec("Vanilla syrup", "ml", "4", 1000, 5_000, 30_000),
    IngredientSpec("Caramel syrup", "ml", "4", 1000, 4_000, 20_000),
    IngredientSpec("Hazelnut syrup", "ml", "4.2", 1000, 3_000, 15_000),
    IngredientSpec("Lavender syrup", "ml", "4.6", 1000, 2_000, 10_000),
    IngredientSpec("Chocolate sauce", "g", "5", 1000, 4_000, 20_000),
    IngredientSpec("Vanilla sugar", "g", "3", 500, 2_000, 10_000),
    IngredientSpec("Honey", "g", "4", 1000, 2_000, 10_000),
    IngredientSpec("Cinnamon", "g", "12", 100, 200, 1_000),
    IngredientSpec("Matcha", "g", "60", 100, 300, 1_500),
    IngredientSpec("Chai concentrate", "ml", "3.5", 1000, 4_000, 20_000),
    IngredientSpec("Black tea", "g", "8", 250, 500, 2_500),
    IngredientSpec("Green tea", "g", "10", 250, 500, 2_500),
    IngredientSpec("Earl Grey", "g", "11", 250, 500, 2_500),
    IngredientSpec("Herbal tea", "g", "12", 250, 500, 2_500),
    IngredientSpec("Sea buckthorn purée", "g", "4.5", 1000, 3_000, 15_000),
    IngredientSpec("Fresh ginger", "g", "2.5", 500, 1_000, 4_000),
    IngredientSpec("Lemon", "pc", "180", 10, 40, 160),
    IngredientSpec("Mint", "g", "9", 100, 200, 800),
    IngredientSpec("Oranges for juice", "g", "0.9", 5000, 15_000, 60_000),
    IngredientSpec("Sugar syrup", "ml", "0.8", 1000, 3_000, 15_000),
    IngredientSpec("Sparkling water", "ml", "0.3", 6000, 12_000, 60_000),
    IngredientSpec("Ice", "g", "0.05", 5000, 20_000, 100_000),
    IngredientSpec("Bottled water", "pc", "140", 12, 24, 120),
    IngredientSpec("Cup S", "pc", "22", 50, 300, 2_000),
    IngredientSpec("Cup M", "pc", "26", 50, 600, 4_000),
    IngredientSpec("Cup L", "pc", "30", 50, 300, 2_000),
    IngredientSpec("Lid 80 mm", "pc", "9", 100, 300, 2_000),
    IngredientSpec("Lid 90 mm", "pc", "10", 100, 800, 6_000),
    IngredientSpec("Cold cup M", "pc", "28", 50, 200, 1_500),
    IngredientSpec("Cold cup L", "pc", "33", 50, 200, 1_500),
    IngredientSpec("Cold lid", "pc", "12", 100, 400, 3_000),
    IngredientSpec("Croissant", "pc", "310", 20, 40, 160),
    IngredientSpec("Almond croissant", "pc", "390", 20, 20, 80),
    IngredientSpec("Cinnamon roll", "pc", "330", 12, 24, 96),
    IngredientSpec("Banana bread slice", "pc", "290", 10, 20, 80),
    IngredientSpec("Cheesecake slice", "pc", "560", 12, 24, 96),
    IngredientSpec("Honey cake slice", "pc", "480", 12, 24, 96),
    IngredientSpec("Baursak", "pc", "35", 100, 200, 800),
    IngredientSpec("Samsa", "pc", "340", 20, 20, 100),
    IngredientSpec("Butter portion", "pc", "60", 50, 50, 300),
    IngredientSpec("Berry jam", "g", "2.8", 1000, 2_000, 8_000),
    IngredientSpec("Sourdough slice", "pc", "95", 20, 80, 320),
    IngredientSpec("Avocado", "pc", "520", 10, 20, 80),
    IngredientSpec("Eggs", "pc", "62", 30, 90, 360),
    IngredientSpec("Chicken breast", "g", "2.6", 1000, 4_000, 16_000),
    IngredientSpec("Smoked salmon", "g", "14", 500, 1_500, 6_000),
    IngredientSpec("Cheese", "g", "4.2", 1000, 2_000, 8_000),
    IngredientSpec("Salad leaves", "g", "3.4", 500, 2_000, 8_000),
    IngredientSpec("Tomatoes", "g", "1.1", 1000, 3_000, 12_000),
    IngredientSpec("Curd cheese", "g", "2.2", 1000, 4_000, 16_000),
    IngredientSpec("Sour cream", "g", "1.5", 500, 2_000, 8_000),
    IngredientSpec("Granola", "g", "2.4", 1000, 2_000, 10_000),
    IngredientSpec("Yoghurt", "g", "1.2", 1000, 4_000, 16_000),
)

# What little is left of some today, below the critical limit; of the last two, too little for
# tomorrow, so that the forecast has something to warn of.
RUNNING_LOW = {
    "Coconut milk": 7_500,
    "Lavender syrup": 1_500,
    "Cheesecake slice": 6,
    "Avocado": 2,
}

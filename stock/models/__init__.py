"""Tables of the store room: places, ingredients, what is on hand and how it came to be so."""

from stock.models.ingredients import Ingredient, StockItem
from stock.models.locations import Location
from stock.models.movements import StockMovement

__all__ = ["Ingredient", "Location", "StockItem", "StockMovement"]

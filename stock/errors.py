"""What the store room refuses, and why."""

from dataclasses import asdict, dataclass

from config.errors import DomainError


@dataclass(frozen=True, slots=True)
class Shortage:
    """An ingredient there is too little of; decimals in its base unit, as plain text."""

    ingredient: str
    unit: str
    needed: str
    on_hand: str


class OutOfStock(DomainError):
    """Some ingredients do not suffice. `shortages` names every one of them."""

    code, title, status = "out_of_stock", "Not enough stock", 409

    def __init__(self, shortages: list[Shortage]) -> None:
        listed = "; ".join(
            f"{s.ingredient}: {s.needed} {s.unit} needed, {s.on_hand} {s.unit} on hand"
            for s in shortages
        )
        super().__init__(f"Not enough stock. {listed}.", shortages=[asdict(s) for s in shortages])
        self.shortages = shortages


class PackCountInvalid(DomainError):
    code, title = "pack_count_invalid", "The number of packs must be a whole number from 1"


class EmptyPurchase(DomainError):
    code, title = "empty_purchase", "The purchase order has no lines"


class PurchaseStateInvalid(DomainError):
    code, title, status = "purchase_state_invalid", "The purchase order is not in that state", 409


class SupplierInUse(DomainError):
    code, title, status = "supplier_in_use", "The supplier cannot be removed", 409


class QuantityInvalid(DomainError):
    code, title = "quantity_invalid", "Not a quantity"


class MoreThanOnHand(DomainError):
    code, title = "more_than_on_hand", "More than is on hand"


class ReasonMissing(DomainError):
    code, title = "reason_missing", "Say why"


class LimitsInvalid(DomainError):
    code, title = "limits_invalid", "The par level must be above the critical limit"


class LocationRequired(DomainError):
    code, title = "location_required", "There are several locations; name one"


class UnknownLocation(DomainError):
    code, title, status = "unknown_location", "There is no such location", 404


class MoreThanOrdered(DomainError):
    """More arrived than is outstanding of `lines`, which are purchase order lines."""

    code, title = "more_than_ordered", "More arrived than was ordered"

    def __init__(self, lines: list) -> None:
        super().__init__(ingredients=[line.ingredient.name for line in lines])
        self.lines = lines

"""What the till refuses, and why."""

from config.errors import DomainError
from stock.errors import LocationRequired as LocationRequired
from stock.errors import UnknownLocation as UnknownLocation


class EmptyOrder(DomainError):
    code, title = "empty_order", "The order has no items"


class OrderTooLarge(DomainError):
    code, title = "order_too_large", "The order is too large"


class UnknownProduct(DomainError):
    code, title = "unknown_product", "There is no such product"


class UnknownSize(DomainError):
    code, title = "unknown_size", "The product has no such size"


class UnknownModifier(DomainError):
    code, title = "unknown_modifier", "There is no such modifier"


class ModifierNotAllowed(DomainError):
    code, title = "modifier_not_allowed", "The product does not take this modifier"


class ModifierRepeated(DomainError):
    code, title = "modifier_repeated", "A modifier was chosen twice"


class ModifiersConflict(DomainError):
    code, title = "modifiers_conflict", "Two modifiers replace the same ingredient"


class TooFewModifiers(DomainError):
    code, title = "too_few_modifiers", "A choice is missing"


class TooManyModifiers(DomainError):
    code, title = "too_many_modifiers", "Too many choices"


class InvalidQuantity(DomainError):
    code, title = "invalid_quantity", "The quantity must be a whole number from 1 to 999"


class InvalidText(DomainError):
    code, title = "invalid_text", "A text is too long or has characters that cannot be kept"


class InvalidChoice(DomainError):
    code, title = "invalid_choice", "Not one of the choices"


class OffSale(DomainError):
    code, title, status = "off_sale", "Not on sale", 409


class ShiftClosed(DomainError):
    code, title, status = "shift_closed", "No shift is open", 409


class ShiftOpen(DomainError):
    code, title, status = "shift_open", "A shift is already open", 409


class InvalidAmount(DomainError):
    code, title = "invalid_amount", "Not an amount of money"


class PaymentShort(DomainError):
    code, title = "payment_short", "The payments do not cover the total"


class PaymentOver(DomainError):
    code, title = "payment_over", "Change can only be given for cash"


class AlreadyPaid(DomainError):
    code, title, status = "already_paid", "The order is paid", 409


class KeyReused(DomainError):
    code, title, status = "idempotency_key_reused", "The key belongs to another order", 409


class IllegalMove(DomainError):
    code, title, status = "illegal_move", "The order cannot move there from where it is", 409


class UnknownScope(DomainError):
    code, title = "unknown_scope", "There is no such permission"

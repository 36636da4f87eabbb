"""The bodies the API takes and gives, typed without coercion: a text is never a number.

What a field may hold beyond its type is the order path's own rule and error.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from sales.cart import MAX_QUANTITY, CartItem
from sales.models import Order, Payment
from sales.services import OrderRequest, Tender


def _one_of(values: list[str]) -> Any:
    return Annotated[str, WithJsonSchema({"type": "string", "enum": values})]


def _scalar(value: Any) -> Any:
    # However deep a list is nested, it is no number; a request is compared by its text.
    return None if isinstance(value, list | dict) else value


# Any JSON value: the order path refuses what is no whole number or no money, by its own code.
Quantity = Annotated[
    Any,
    AfterValidator(_scalar),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY}),
]
Amount = Annotated[
    Any,
    AfterValidator(_scalar),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "number"}],
            "description": "Better a string; a number is read as written, without rounding.",
        }
    ),
]
Money = Annotated[str, Field(examples=["1450.00"])]
StatusName = Literal[tuple(Order.Status.values)]


class Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class ItemIn(Body):
    """One line: a product by `name` or by `product` id. Size and groups left out get defaults."""

    name: str | None = None
    product: int | None = None
    quantity: Quantity = 1
    size: str | None = None
    modifiers: list[int] | None = Field(default=None, description="Ids, see /api/menu.")
    note: str | None = None

    @model_validator(mode="after")
    def _names_a_product(self) -> "ItemIn":
        if self.name is None and self.product is None:
            raise PydanticCustomError("product_missing", "Give the product's name or its id")
        return self

    def as_item(self) -> CartItem:
        return CartItem(
            product=self.name if self.product is None else self.product,
            quantity=self.quantity,
            size=self.size,
            modifiers=tuple(self.modifiers or ()),
            note=self.note or "",
        )


class PaymentIn(Body):
    method: _one_of(Payment.Method.values)
    amount: Amount

    def as_tender(self) -> Tender:
        amount = str(self.amount) if isinstance(self.amount, Decimal) else self.amount
        return Tender(self.method, amount)


class PaymentsIn(Body):
    payments: list[PaymentIn]

    def as_tenders(self) -> tuple[Tender, ...]:
        return tuple(payment.as_tender() for payment in self.payments)


class OrderIn(Body):
    """An order; without payments it is placed unpaid."""

    items: list[ItemIn]
    payments: list[PaymentIn] | None = None
    order_type: _one_of(Order.Type.values) | None = str(Order.Type.FOR_HERE)
    customer_name: str | None = Field(default=None, description="Up to 40 characters.")
    note: str | None = Field(default=None, description="Up to 200 characters.")

    def as_request(self) -> OrderRequest:
        return OrderRequest(
            items=tuple(item.as_item() for item in self.items),
            payments=tuple(payment.as_tender() for payment in self.payments or ()),
            order_type=self.order_type or Order.Type.FOR_HERE,
            customer_name=self.customer_name or "",
            note=self.note or "",
        )


class StatusIn(Body):
    """`as_waste` goes with cancelled: the stock was used and does not come back."""

    status: _one_of(Order.Status.values)
    as_waste: bool = False


class LineModifierOut(BaseModel):
    name: str
    price: Money


class LineOut(BaseModel):
    product: int | None
    name: str
    size: str
    quantity: int
    unit_price: Money
    total: Money
    note: str
    modifiers: list[LineModifierOut]


class PaymentOut(BaseModel):
    method: str
    amount: Money
    change: Money


class OrderOut(BaseModel):
    id: int
    number: int
    business_day: date
    status: StatusName
    order_type: str
    customer_name: str
    note: str
    currency: str
    subtotal: Money
    discount: Money
    tax: Money
    total: Money
    paid: bool
    change: Money
    revision: int
    created_at: datetime
    items: list[LineOut]
    payments: list[PaymentOut]


class OrdersOut(BaseModel):
    """`revision` is what to pass as `since` next time."""

    revision: int
    orders: list[OrderOut]


class SizeOut(BaseModel):
    name: str
    price: Money
    default: bool


class ModifierOut(BaseModel):
    id: int
    name: str
    price: Money
    sold_out: bool


class GroupOut(BaseModel):
    id: int
    name: str
    min: int
    max: int
    modifiers: list[ModifierOut]


class ProductOut(BaseModel):
    id: int
    name: str
    category: str
    sold_out: bool
    sizes: list[SizeOut]
    modifier_groups: list[GroupOut]


class MenuOut(BaseModel):
    """`revision` is that of the last change to the menu."""

    revision: int
    currency: str
    products: list[ProductOut]

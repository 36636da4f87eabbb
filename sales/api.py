"""Orders and the menu as JSON: parse, call one service, answer."""

import json
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Header, Path, Query, Router

from config.access import allow, may
from config.errors import Forbidden
from sales.models import Order
from sales.queries.grid import Grid, Tile, grid_of
from sales.queries.orders import order_by_id, order_payload, orders_since
from sales.queries.till import find_till
from sales.schemas import MenuOut, OrderIn, OrderOut, OrdersOut, PaymentsIn, StatusIn, StatusName
from sales.services import cancel_order, move_order, place_order, take_payment
from stock.access import LocationSlug, location_id_named, location_named

router = Router(tags=["orders"])

MAX_ID = 2**63 - 1
OrderId = Annotated[int, Path(ge=1, le=MAX_ID)]
Since = Annotated[int | None, Query(ge=0, le=MAX_ID, description="Only changes after it.")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="The same key with the same order places it once, however often it is sent.",
    ),
]
MOVE, CANCEL = "sales.move_order", "sales.cancel_order"


@router.post(
    "/orders",
    auth=allow("sales.add_order"),
    response={201: OrderOut, 200: OrderOut},
    summary="Place an order",
)
def post_order(
    request: HttpRequest, body: OrderIn, key: Key = None, location: LocationSlug = None
) -> HttpResponse:
    """Sell. 201, or 200 with `Idempotent-Replayed: true` when the key has placed it before."""
    placed = place_order(
        request=body.as_request(),
        location=location_named(request, location),
        key=key,
        source=Order.Source.API,
        user_id=request.user.pk,
    )
    if placed.replayed:
        return _json(order_payload(placed.order), headers={"Idempotent-Replayed": "true"})
    return _json(order_payload(placed.order), status=201)


@router.get(
    "/orders", auth=allow("sales.view_order"), response=OrdersOut, summary="Orders by last change"
)
def get_orders(
    request: HttpRequest,
    since: Since = None,
    status: StatusName | Literal[""] = "",
    location: LocationSlug = None,
) -> HttpResponse:
    """Up to 1,000 orders in ascending revision; without `since` the newest ones."""
    revision, orders = orders_since(
        location_id_named(request, location), since=since, status=status
    )
    return _json({"revision": revision, "orders": [order_payload(order) for order in orders]})


@router.get(
    "/orders/{order_id}", auth=allow("sales.view_order"), response=OrderOut, summary="One order"
)
def get_order(
    request: HttpRequest, order_id: OrderId, location: LocationSlug = None
) -> HttpResponse:
    """An order of the café."""
    return _order(order_id, location_id_named(request, location))


@router.post(
    "/orders/{order_id}/status",
    auth=allow(MOVE, CANCEL),
    response=OrderOut,
    summary="Move or cancel an order",
)
def post_status(
    request: HttpRequest, order_id: OrderId, body: StatusIn, location: LocationSlug = None
) -> HttpResponse:
    """pending → preparing → ready → completed, preparing may be skipped; or cancelled before."""
    cancels = body.status == Order.Status.CANCELLED
    if not may(request.user, (CANCEL if cancels else MOVE,)):
        raise Forbidden
    place = location_id_named(request, location)
    if cancels:
        cancel_order(
            order_id=order_id,
            location_id=place,
            as_waste=body.as_waste,
            user_id=request.user.pk,
        )
    else:
        move_order(order_id=order_id, location_id=place, status=body.status)
    return _order(order_id, place)


@router.post(
    "/orders/{order_id}/payments",
    auth=allow("sales.add_order"),
    response=OrderOut,
    summary="Pay an order placed unpaid",
)
def post_payments(
    request: HttpRequest, order_id: OrderId, body: PaymentsIn, location: LocationSlug = None
) -> HttpResponse:
    """Takes the whole total at once, in one or several payments."""
    place = location_id_named(request, location)
    take_payment(order_id=order_id, location_id=place, tenders=body.as_tenders())
    return _order(order_id, place)


@router.get(
    "/menu",
    auth=allow("sales.view_order", "sales.add_order"),
    response=MenuOut,
    summary="What is on sale",
    tags=["menu"],
)
def get_menu(request: HttpRequest, location: LocationSlug = None) -> HttpResponse:
    """Products on sale at the café, sold out or not."""
    return _json(_menu(grid_of(find_till(location_named(request, location)))))


def _order(order_id: int, location_id: int) -> HttpResponse:
    return _json(order_payload(order_by_id(order_id, location_id=location_id)))


def _menu(grid: Grid) -> dict[str, Any]:
    return {
        "revision": grid.menu.revision,
        "currency": grid.menu.currency,
        "products": [_product(tile, grid) for tile in grid.tiles],
    }


def _product(tile: Tile, grid: Grid) -> dict[str, Any]:
    product = tile.product
    return {
        "id": product.id,
        "name": product.name,
        "category": product.category.name,
        "sold_out": tile.sold_out,
        "sizes": [
            {"name": s.name, "price": str(s.price), "default": s == product.default_size}
            for s in product.sizes
        ],
        "modifier_groups": [
            {
                "id": group.id,
                "name": group.name,
                "min": group.minimum,
                "max": group.maximum,
                "modifiers": [
                    {
                        "id": m.id,
                        "name": m.name,
                        "price": str(m.price),
                        "sold_out": (product.id, m.id) in grid.short_modifiers,
                    }
                    for m in group.modifiers
                    if m.on_sale
                ],
            }
            for group in product.groups
        ],
    }


def _json(payload: dict[str, Any], *, status: int = 200, headers: dict | None = None):
    # The payload is built by hand and checked by tests; validating each answer would cost more
    # than the sale.
    body = json.dumps(payload)
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)

"""Many tills and checks at once: one need stays one line."""

from collections import Counter
from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sales.cart import CartItem
from stock.errors import PurchaseStateInvalid
from stock.models import PurchaseOrder, PurchaseOrderLine, StockItem, Supplier, SupplierItem
from stock.services import (
    cancel_purchase_order,
    check_stock,
    order_packs,
    receive_purchase_order,
)
from stock.services.mailing import release_drafts, send_purchase_order
from stock.services.purchasing import open_draft
from tests.assertions import assert_ledger_adds_up, row_counts
from tests.concurrency.threads import SECONDS, at_once, split
from tests.factories import Cafe, make_cafe, make_supplier
from tests.sales.ordering import sell
from tests.servers import wait_until
from tests.stock.conftest import lines_of, set_limits

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16
CHECKS = 100


@pytest.fixture
def cafe(transactional_db) -> Cafe:
    """4000 ml of milk that a dairy delivers in packs of 300; ordered at 3800 up to 6000."""
    cafe = make_cafe(stock=4000)
    make_supplier(items={"Milk": (300, 150)})
    set_limits(cafe, "Milk", 3800, 6000)
    return cafe


def test_sixteen_tills_crossing_the_limit_raise_one_line(cafe):
    done, _ = split(at_once(partial(sell, cafe, "Latte") for _ in range(THREADS)))
    assert len(done) == THREADS
    assert cafe.on_hand("Milk") == 800
    # The first to cross left 3800: 2200 missing are eight packs, and 2400 coming cover the rest
    # until on hand + on order is at the limit again, at 1400 on hand: 2200 missing once more.
    [order] = PurchaseOrder.objects.all()
    assert lines_of(order) == {"Milk": 16}
    assert_ledger_adds_up()


def test_needs_of_one_supplier_from_all_sides_share_one_draft(cafe):
    supplier = PurchaseOrder._meta.get_field("supplier").related_model.objects.get()
    for name in ("Beans", "Croissant dough"):
        supplier.items.create(
            ingredient=cafe.ingredients[name], pack_size=100, pack_name="bag", price=1
        )
        set_limits(cafe, name, 3999, 5000)
    names = ("Latte", "Espresso", "Croissant", "Croissant")
    split(at_once(partial(sell, cafe, names[n % 4]) for n in range(THREADS)))
    [order] = PurchaseOrder.objects.all()
    assert set(lines_of(order)) == {"Milk", "Beans", "Croissant dough"}
    assert PurchaseOrderLine.objects.count() == 3


def test_a_hundred_checks_from_everywhere_at_once_add_nothing(cafe):
    sell(cafe, "Latte")
    before = row_counts()
    check = partial(check_stock, location_id=cafe.location.pk)
    done, _ = split(at_once([check] * CHECKS))
    assert done == [False] * CHECKS
    assert row_counts() == before


def test_checks_at_once_order_what_is_needed_once(cafe):
    set_limits(cafe, "Milk", 4000, 6000)
    check = partial(check_stock, location_id=cafe.location.pk)
    done, _ = split(at_once([check] * CHECKS))
    assert Counter(done) == {True: 1, False: CHECKS - 1}
    assert lines_of(PurchaseOrder.objects.get()) == {"Milk": 7}


def test_workers_at_once_send_one_mail(cafe, mail_server):
    sell(cafe, "Latte")
    PurchaseOrder.objects.update(mail_due_at=timezone.now())
    [order] = PurchaseOrder.objects.all()
    split(at_once(partial(send_purchase_order, order_id=order.pk) for _ in range(THREADS)))
    order.refresh_from_db()
    assert (order.status, order.mail_attempts, len(mail_server.received)) == ("sent", 1, 1)


def test_mails_leave_while_tills_sell_and_every_need_is_on_some_order(cafe, mail_server):
    """A draft may be claimed under a sale that waits for it: the need goes on the next one."""
    sell(cafe, "Latte")
    PurchaseOrder.objects.update(mail_due_at=timezone.now())
    order = PurchaseOrder.objects.get()
    acts = [partial(send_purchase_order, order_id=order.pk)]
    acts += [partial(sell, cafe, "Latte") for _ in range(THREADS - 1)]
    split(at_once(acts))
    order.refresh_from_db()
    packs = sum(line.packs for line in PurchaseOrderLine.objects.all())
    assert (order.status, packs, len(mail_server.received)) == ("sent", 16, 1)
    sent = next(p for p in mail_server.received[0].walk() if p.get_content_type() == "text/plain")
    assert f"{lines_of(order)['Milk']} x pack of 300 Milk" in sent.get_content()


def test_deliveries_booked_in_at_once_count_once_for_every_form(cafe):
    sell(cafe, CartItem("Latte"))
    PurchaseOrder.objects.update(status="sent")
    order = PurchaseOrder.objects.get()
    line = order.lines.get()
    receive = partial(
        receive_purchase_order,
        order_id=order.pk,
        location_id=cafe.location.pk,
        quantities={line.pk: Decimal(300)},
        user_id=None,
    )
    acts = [partial(receive, key=digit * 32) for digit in "0123" for _ in range(2)]
    acts += [partial(sell, cafe, "Latte") for _ in range(4)]
    split(at_once(acts))
    line.refresh_from_db()
    assert (line.received, cafe.on_hand("Milk")) == (1200, 3800 + 1200 - 800)
    assert_ledger_adds_up()


def test_a_purchase_sent_many_times_at_once_is_ordered_once(cafe):
    item = SupplierItem.objects.get()
    order = partial(
        order_packs, location_id=cafe.location.pk, packs={item.pk: 2}, user_id=None, key="a" * 32
    )
    done, _ = split(at_once([order] * THREADS))
    [made] = PurchaseOrder.objects.all()
    assert (done, lines_of(made)) == ([[made]] * THREADS, {"Milk": 2})


def test_an_order_is_either_cancelled_or_received(cafe):
    sell(cafe, "Latte")
    PurchaseOrder.objects.update(status="sent")
    order = PurchaseOrder.objects.get()
    where = {"order_id": order.pk, "location_id": cafe.location.pk}
    quantities = {order.lines.get().pk: Decimal(2400)}
    done, refused = split(
        at_once(
            [
                partial(cancel_purchase_order, **where),
                partial(receive_purchase_order, **where, quantities=quantities, user_id=None),
            ]
        ),
        PurchaseStateInvalid,
    )
    order.refresh_from_db()
    assert (len(done), len(refused)) == (1, 1)
    on_hand = StockItem.objects.get(ingredient=cafe.ingredients["Milk"]).on_hand
    assert (order.status, on_hand) in {("cancelled", 3800), ("received", 6200)}


def test_a_draft_claimed_while_a_sale_waits_for_its_row_is_left_to_its_mail(cafe):
    sell(cafe, "Latte")
    PurchaseOrderLine.objects.update(packs=1)  # 300 coming: the next sale needs more
    waits = Event()

    def claim() -> None:
        with transaction.atomic():
            draft = PurchaseOrder.objects.select_for_update().get()
            waits.set()
            if connection.vendor == "postgresql":
                wait_until(_someone_is_blocked, seconds=SECONDS, what="the sale waits")
            draft.claimed_at = timezone.now()
            draft.save()

    def sell_more() -> None:
        waits.wait(SECONDS)
        sell(cafe, CartItem("Latte", quantity=2))

    split(at_once([claim, sell_more]))
    newer, older = PurchaseOrder.objects.all()
    assert (lines_of(older), older.claimed_at is not None) == ({"Milk": 1}, True)
    assert (lines_of(newer), newer.claimed_at) == ({"Milk": 8}, None)


def test_drafts_released_under_a_sale_that_orders_from_both_wait_in_no_circle(cafe):
    make_supplier("Roaster", items={"Beans": (100, 20)})
    first, second = Supplier.objects.order_by("pk")
    Supplier.objects.update(minimum_order=100_000)
    items = SupplierItem.objects.values_list("pk", flat=True)
    order_packs(location_id=cafe.location.pk, packs=dict.fromkeys(items, 1), user_id=None)
    PurchaseOrder.objects.update(mail="none")
    draft_of = partial(open_draft, location_id=cafe.location.pk, at=timezone.now())
    holds_one = Event()

    def order_from_both() -> None:
        with transaction.atomic():
            draft_of(supplier=first)
            holds_one.set()
            if connection.vendor == "postgresql":
                wait_until(_someone_is_blocked, seconds=SECONDS, what="the release waits")
            draft_of(supplier=second)

    def release() -> bool:
        holds_one.wait(SECONDS)
        return release_drafts(location_id=cafe.location.pk)

    split(at_once([order_from_both, release]))  # raises what either could not do
    assert {order.mail for order in PurchaseOrder.objects.all()} == {"waiting"}


def _someone_is_blocked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0

"""From a need to a purchase order: once, in whole packs, to the right supplier."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from config.errors import NotFound
from sales.cart import CartItem
from stock import errors
from stock.models import HandledForm, Location, PurchaseOrder, StockItem, Supplier, SupplierItem
from stock.queries.purchasing import on_order
from stock.services import (
    cancel_purchase_order,
    change_packs,
    check_stock,
    confirm_purchase_order,
    order_packs,
    read_packs,
    remove_supplier,
    remove_supplier_item,
    save_supplier_item,
    send_now,
)
from stock.services.counting import count_stock
from stock.tasks import check_needs
from tests.assertions import row_counts
from tests.factories import make_cafe, make_supplier
from tests.sales.ordering import sell
from tests.stock.conftest import lines_of, set_limits

pytestmark = pytest.mark.django_db


def milk_id(cafe) -> int:
    return cafe.ingredients["Milk"].pk


class TestNeed:
    def test_at_the_limit_it_is_ordered_up_to_par_in_whole_packs(self, cafe, dairy):
        sell(cafe, "Latte")
        assert PurchaseOrder.objects.count() == 0  # 800 left, the limit is 600
        sell(cafe, "Latte")
        [order] = PurchaseOrder.objects.all()
        [line] = order.lines.all()
        # 600 left, 1400 missing: four packs of 300 would be too few.
        assert (line.packs, line.pack_size, line.price, line.quantity) == (5, 300, 150, 1500)
        assert (order.supplier, order.status, order.location) == (dairy, "draft", cafe.location)
        assert on_order(cafe.location.pk) == {milk_id(cafe): 1500}

    def test_what_is_on_order_counts(self, cafe, dairy):
        for _ in range(4):
            sell(cafe, "Latte")
        assert cafe.on_hand("Milk") == 200
        assert [lines_of(order) for order in PurchaseOrder.objects.all()] == [{"Milk": 5}]

    def test_what_a_draft_leaves_missing_joins_the_same_line(self, cafe, dairy):
        sell(cafe, CartItem("Latte", quantity=2))
        PurchaseOrder.objects.get().lines.update(packs=1)  # someone took packs off: 300 to come
        sell(cafe, CartItem("Latte", quantity=2))  # 200 + 300 is at the limit again
        assert [lines_of(order) for order in PurchaseOrder.objects.all()] == [{"Milk": 6}]

    def test_more_packs_than_a_line_takes_refuse_no_sale_and_the_rest_follows(self, cafe):
        make_supplier(items={"Milk": (1, 1)})
        set_limits(cafe, "Milk", 900, 150_000)
        sell(cafe, "Latte")
        assert lines_of(PurchaseOrder.objects.get()) == {"Milk": 100_000}
        set_limits(cafe, "Milk", 149_000, 150_000)
        assert check_stock(location_id=cafe.location.pk) is False  # the line is full
        PurchaseOrder.objects.update(claimed_at=timezone.now())
        assert check_stock(location_id=cafe.location.pk) is True
        assert lines_of(PurchaseOrder.objects.first()) == {"Milk": 49_200}

    def test_a_line_keeps_its_pack_and_price_when_the_suppliers_list_changes(self, cafe, dairy):
        sell(cafe, CartItem("Latte", quantity=2))  # 600 left; 5 × 300 to come
        dairy.items.update(pack_size=1200, price=999, pack_name="crate")
        set_limits(cafe, "Milk", 2100, 2500)
        check_stock(location_id=cafe.location.pk)  # 400 more
        [line] = PurchaseOrder.objects.get().lines.all()
        assert (line.packs, line.pack_size, line.price) == (7, 300, 150)

    def test_without_par_level_or_supplier_nothing_is_ordered(self, cafe):
        make_supplier("Nobody", items={"Milk": (300, 1)}, auto_order="off")
        sell(cafe, CartItem("Latte", quantity=4))
        set_limits(cafe, "Milk", 600, 0)
        sell(cafe, "Latte")
        assert PurchaseOrder.objects.count() == 0

    def test_only_the_preferred_supplier_is_asked(self, cafe, dairy):
        make_supplier("Cheaper", items={"Milk": (1000, 1)})
        sell(cafe, CartItem("Latte", quantity=2))
        assert PurchaseOrder.objects.get().supplier == dairy

    def test_a_refused_sale_orders_nothing(self, cafe, dairy):
        before = row_counts()
        with pytest.raises(errors.OutOfStock):
            sell(cafe, CartItem("Latte", quantity=6))
        assert row_counts() == before

    def test_order_and_mail_roll_back_with_the_sale(self, cafe, dairy, settings):
        settings.PURCHASE_BATCH_SECONDS = 0
        before = row_counts()
        with transaction.atomic():
            sell(cafe, CartItem("Latte", quantity=2))
            assert (PurchaseOrder.objects.count(), OrmQ.objects.count()) == (1, 1)
            transaction.set_rollback(True)
        assert row_counts() == before

    def test_waste_and_counts_order_too(self, cafe, dairy):
        count_stock(
            location_id=cafe.location.pk,
            ingredient_id=milk_id(cafe),
            counted=Decimal(100),
            reason="Count",
            user_id=None,
        )
        assert lines_of(PurchaseOrder.objects.get()) == {"Milk": 7}

    def test_delivery_is_expected_on_the_first_day_after_the_lead_time(self, cafe):
        make_supplier(
            items={"Milk": (300, 1)}, lead_time_days=2, delivery_weekdays=[0, 3]
        )  # Monday and Thursday
        # Saturday 23:30 in UTC is Sunday in Almaty; two days on is Tuesday.
        sell(cafe, CartItem("Latte", quantity=2), at=datetime(2026, 3, 7, 23, 30, tzinfo=UTC))
        assert PurchaseOrder.objects.get().expected_on.isoformat() == "2026-03-12"


class TestDrafts:
    def test_needs_of_one_supplier_share_a_draft_and_others_do_not(self, cafe):
        make_supplier("Dairy", items={"Milk": (300, 150), "Beans": (100, 20)})
        make_supplier("Bakery", items={"Croissant dough": (50, 10)})
        set_limits(cafe, "Croissant dough", 999, 1100)
        sell(cafe, CartItem("Latte", quantity=2), "Croissant", "Espresso", "Espresso")
        assert {order.supplier.name: lines_of(order) for order in PurchaseOrder.objects.all()} == {
            "Dairy": {"Milk": 5, "Beans": 6},
            "Bakery": {"Croissant dough": 3},
        }

    def test_cafes_do_not_share_drafts(self, cafe, dairy):
        other = make_cafe(slug="second", stock=1000)
        set_limits(other, "Milk", 600, 2000)
        for place in (cafe, other):
            sell(place, CartItem("Latte", quantity=2))
        assert {o.location.slug: lines_of(o) for o in PurchaseOrder.objects.all()} == {
            "corner": {"Milk": 5},
            "second": {"Milk": 5},
        }

    @pytest.mark.parametrize(
        ("mode", "mail", "schedules"), [("draft", "none", 0), ("send", "waiting", 1)]
    )
    def test_the_supplier_says_how_far_an_order_goes(self, cafe, mode, mail, schedules):
        make_supplier(items={"Milk": (300, 150)}, auto_order=mode)
        sell(cafe, CartItem("Latte", quantity=2))
        assert PurchaseOrder.objects.get().mail == mail
        assert Schedule.objects.filter(func__contains="send_purchase_order").count() == schedules

    def test_no_number_is_lost_between_two_orders(self, cafe, dairy):
        for limit in (1000, 2000, 3000):
            set_limits(cafe, "Milk", limit, 2 * limit)
            check_stock(location_id=cafe.location.pk)
        PurchaseOrder.objects.update(claimed_at=timezone.now())
        set_limits(cafe, "Milk", 7000, 8000)
        check_stock(location_id=cafe.location.pk)
        newer, older = PurchaseOrder.objects.all()
        assert newer.pk == older.pk + 1

    def test_a_held_draft_that_grows_is_waiting_and_not_failing(self, cafe, dairy):
        set_limits(cafe, "Milk", 1000, 2000)
        check_stock(location_id=cafe.location.pk)
        PurchaseOrder.objects.update(mail="none", mail_error="Above the cap.")
        set_limits(cafe, "Milk", 3000, 4000)
        check_stock(location_id=cafe.location.pk)
        order = PurchaseOrder.objects.get()
        assert (order.mail, order.mail_error, order.is_failing) == ("waiting", "", False)

    def test_lines_within_the_window_do_not_put_the_mail_off(self, cafe, settings):
        settings.PURCHASE_BATCH_SECONDS = 90
        make_supplier(items={"Milk": (300, 150), "Beans": (100, 20)})
        began = timezone.now()
        sell(cafe, CartItem("Latte", quantity=2), at=began)
        due = PurchaseOrder.objects.get().mail_due_at
        assert due == began + timedelta(seconds=90)
        sell(cafe, CartItem("Espresso", quantity=2), at=began + timedelta(seconds=50))
        order = PurchaseOrder.objects.get()
        assert (lines_of(order), order.mail_due_at) == ({"Milk": 5, "Beans": 6}, due)
        assert Schedule.objects.filter(name=f"Mail {order.number}").count() == 1

    def test_a_draft_claimed_for_its_mail_takes_no_more(self, cafe, dairy):
        sell(cafe, CartItem("Latte", quantity=2))
        PurchaseOrder.objects.update(claimed_at=timezone.now())
        set_limits(cafe, "Milk", 2000, 5000)
        sell(cafe, "Latte")
        newer, older = PurchaseOrder.objects.all()
        assert (lines_of(older), lines_of(newer)) == ({"Milk": 5}, {"Milk": 11})


class TestCheck:
    def test_it_finds_what_no_sale_has_shown(self, cafe, dairy):
        set_limits(cafe, "Milk", 1000, 2000)
        assert check_stock(location_id=cafe.location.pk) is True
        assert lines_of(PurchaseOrder.objects.get()) == {"Milk": 4}

    def test_a_hundred_times_is_once(self, cafe, dairy):
        set_limits(cafe, "Milk", 1000, 2000)
        check_stock(location_id=cafe.location.pk)
        before, revision = row_counts(), cafe.location.__class__.objects.get().revision
        assert [check_stock(location_id=cafe.location.pk) for _ in range(100)] == [False] * 100
        assert row_counts() == before
        assert cafe.location.__class__.objects.get().revision == revision

    def test_it_forgets_forms_that_nobody_sends_again(self, cafe):
        for key, days in (("a" * 32, 8), ("b" * 32, 6)):
            HandledForm.objects.create(key=key, created_at=timezone.now() - timedelta(days=days))
        check_needs()
        assert HandledForm.objects.get().key == "b" * 32

    def test_what_fails_at_one_cafe_keeps_nothing_from_the_others(self, cafe, dairy, caplog):
        second = make_cafe(slug="second", stock=1000)
        for place in (cafe, second):
            set_limits(place, "Milk", 1000, 2000)
        Location.objects.filter(pk=cafe.location.pk).update(time_zone="Nowhere/At-All")
        check_needs()
        assert PurchaseOrder.objects.get().location == second.location
        assert f"location {cafe.location.pk} could not be checked" in caplog.text

    def test_a_cancelled_order_is_needed_again(self, cafe, dairy):
        sell(cafe, CartItem("Latte", quantity=2))
        cancelled = PurchaseOrder.objects.get()
        cancel_purchase_order(order_id=cancelled.pk, location_id=cafe.location.pk)
        assert on_order(cafe.location.pk) == {}
        check_stock(location_id=cafe.location.pk)
        assert [o.status for o in PurchaseOrder.objects.all()] == ["draft", "cancelled"]


class TestByHand:
    def order(self, cafe, packs, **kwargs):
        ids = {SupplierItem.objects.get(ingredient__name=name).pk: n for name, n in packs.items()}
        return order_packs(location_id=cafe.location.pk, packs=ids, user_id=None, **kwargs)

    def test_packs_go_on_each_suppliers_draft(self, cafe, dairy):
        make_supplier("Bakery", items={"Croissant dough": (50, 10)})
        made = self.order(cafe, {"Milk": 2, "Croissant dough": 1})
        assert [lines_of(order) for order in made] == [{"Milk": 2}, {"Croissant dough": 1}]
        [again] = self.order(cafe, {"Milk": 3})
        assert (again, lines_of(again)) == (made[0], {"Milk": 5})

    def test_what_other_packs_hold_joins_a_line_in_its_own(self, cafe, dairy):
        self.order(cafe, {"Milk": 2})
        dairy.items.update(pack_size=1000)
        [again] = self.order(cafe, {"Milk": 1})
        assert lines_of(again) == {"Milk": 6}  # 1000 ml are four packs of 300

    def test_what_cannot_be_ordered_is_refused_and_nothing_written(self, cafe, dairy):
        before = row_counts()
        with pytest.raises(errors.EmptyPurchase):
            self.order(cafe, {})
        for packs in (0, -1, 100_001):
            with pytest.raises(errors.PackCountInvalid):
                self.order(cafe, {"Milk": packs})
        with pytest.raises(NotFound):
            order_packs(location_id=cafe.location.pk, packs={99_999: 1}, user_id=None)
        assert row_counts() == before

    def test_a_draft_is_edited_and_empty_it_is_cancelled(self, cafe):
        make_supplier("Dairy", items={"Milk": (300, 150), "Beans": (100, 20)})
        [order] = self.order(cafe, {"Milk": 2, "Beans": 4})
        milk, beans = order.lines.order_by("pk")
        where = {"order_id": order.pk, "location_id": cafe.location.pk}
        change_packs(**where, line_id=milk.pk, packs=7)
        assert lines_of(order) == {"Milk": 7, "Beans": 4}
        change_packs(**where, line_id=milk.pk, packs=0)
        assert lines_of(order) == {"Beans": 4}
        with pytest.raises(NotFound):
            change_packs(**where, line_id=milk.pk, packs=1)
        with pytest.raises(errors.PackCountInvalid):
            change_packs(**where, line_id=beans.pk, packs=100_001)
        change_packs(**where, line_id=beans.pk, packs=0)
        order.refresh_from_db()
        assert (order.status, order.mail, order.mail_due_at) == ("cancelled", "none", None)

    def test_what_a_mail_was_tried_for_stays_as_it_was(self, cafe, dairy):
        [order] = self.order(cafe, {"Milk": 2})
        PurchaseOrder.objects.update(claimed_at=timezone.now())
        with pytest.raises(errors.PurchaseStateInvalid):
            change_packs(
                order_id=order.pk,
                location_id=cafe.location.pk,
                line_id=order.lines.get().pk,
                packs=1,
            )

    @pytest.mark.parametrize(("typed", "packs"), [("", 0), (" 1 200 ", 1200), ("100000", 100_000)])
    def test_packs_as_typed(self, typed, packs):
        assert read_packs(typed) == packs

    @pytest.mark.parametrize("typed", ["-1", "1.5", "two", "100001", "9" * 400, "²"])
    def test_packs_that_are_none(self, typed):
        with pytest.raises(errors.PackCountInvalid):
            read_packs(typed)


class TestStates:
    @pytest.fixture
    def order(self, cafe, dairy) -> PurchaseOrder:
        sell(cafe, CartItem("Latte", quantity=2))
        return PurchaseOrder.objects.get()

    @pytest.mark.parametrize(
        ("act", "allowed"),
        [
            (cancel_purchase_order, {"draft", "sent", "confirmed"}),
            (confirm_purchase_order, {"sent"}),
            (send_now, {"draft"}),
        ],
    )
    def test_what_may_be_done_in_which_state(self, order, act, allowed):
        for status in PurchaseOrder.Status.values:
            PurchaseOrder.objects.update(status=status, mail="none")
            try:
                act(order_id=order.pk, location_id=order.location_id)
                done = True
            except errors.PurchaseStateInvalid:
                done = False
            assert done == (status in allowed), status

    def test_another_cafe_cannot_reach_it(self, order):
        elsewhere = make_cafe(slug="second").location.pk
        for act in (cancel_purchase_order, confirm_purchase_order, send_now):
            with pytest.raises(NotFound):
                act(order_id=order.pk, location_id=elsewhere)

    def test_what_is_being_sent_is_not_sent_twice(self, order):
        soon = timezone.now() + timedelta(minutes=5)
        PurchaseOrder.objects.update(mail="sending", mail_due_at=soon, claimed_at=timezone.now())
        with pytest.raises(errors.PurchaseStateInvalid):
            send_now(order_id=order.pk, location_id=order.location_id)


class TestSuppliers:
    def test_preferring_an_item_moves_the_preference(self, cafe, dairy):
        other = make_supplier("Other", items={"Milk": (1000, 1)})
        item = other.items.get()
        item.preferred = True
        save_supplier_item(item=item)
        preferred = SupplierItem.objects.filter(ingredient_id=milk_id(cafe), preferred=True)
        assert [item.supplier.name for item in preferred] == ["Other"]

    def test_one_with_orders_cannot_be_removed(self, cafe, dairy):
        sell(cafe, CartItem("Latte", quantity=2))
        with pytest.raises(errors.SupplierInUse):
            remove_supplier(supplier_id=dairy.pk)
        remove_supplier_item(item_id=dairy.items.get().pk, supplier_id=dairy.pk)
        assert lines_of(PurchaseOrder.objects.get()) == {"Milk": 5}

    def test_one_without_is_removed_with_its_list(self, cafe, dairy):
        remove_supplier(supplier_id=dairy.pk)
        assert (Supplier.objects.count(), SupplierItem.objects.count()) == (0, 0)
        with pytest.raises(NotFound):
            remove_supplier(supplier_id=dairy.pk)

    def test_stock_rows_stay_as_they_are(self, cafe, dairy):
        assert StockItem.objects.get(ingredient=milk_id(cafe)).par_level == 2000


@pytest.mark.parametrize(
    ("missing", "packs"),
    [(3750, 4), (3000, 3), (2999, 3), (3001, 4), (4000, 4), (4001, 5), (0, 0), (1, 1), (-5250, 0)],
)
def test_whole_packs_cover_what_is_missing(missing, packs):
    assert SupplierItem(pack_size=Decimal(1000)).packs_for(Decimal(missing)) == packs

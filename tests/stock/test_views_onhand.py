"""What is on hand: the list, corrections by hand, and the movements behind a figure."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone

from sales.models import Order
from stock.models import (
    PurchaseOrder,
    StockItem,
    StockMovement,
)
from stock.queries.onhand import daily_use, ledger_page
from tests.sales.ordering import sell
from tests.stock.conftest import set_limits
from tests.stock.pages import HTMX, item_url, order_url, post, text_of, toast_of

pytestmark = pytest.mark.django_db


class TestOnHand:
    def shown(self, client: Client, query: str = "", **kwargs) -> list[str]:
        response = client.get(f"/stock/{query}", **kwargs)
        assert response.status_code == 200
        return [row.name for row in response.context["rows"]]

    def test_what_needs_someone_comes_first(self, cafe, boss):
        set_limits(cafe, "Vanilla syrup", 1000, 1500)
        StockItem.objects.filter(ingredient=cafe.ingredients["Cup S"]).update(on_hand=0)
        page = boss.get("/stock/")
        assert [row.name for row in page.context["rows"]][:3] == [
            "Cup S",
            "Vanilla syrup",
            "Almond milk",
        ]
        assert (page.context["out"], page.context["low"]) == (1, 1)
        text = text_of(page)
        assert "1 out" in text
        assert "1 low" in text
        assert 'ws-connect="/ws/stock/?revision=' in text

    def test_levels_and_words_narrow_it(self, cafe, boss):
        set_limits(cafe, "Milk", 1000, 1500)
        StockItem.objects.filter(ingredient=cafe.ingredients["Cup S"]).update(on_hand=-1)
        assert self.shown(boss, "?show=low") == ["Cup S", "Milk"]
        assert self.shown(boss, "?show=out") == ["Cup S"]
        assert self.shown(boss, "?q=mIL") == ["Milk", "Almond milk"]
        assert self.shown(boss, "?q=milk+alm&show=nonsense") == ["Almond milk"]
        assert self.shown(boss, "?show=out&q=milk") == []

    def test_htmx_gets_the_region_and_history_the_page(self, cafe, boss):
        region = text_of(boss.get("/stock/?q=milk", headers=HTMX))
        assert "<html" not in region
        assert "Almond milk" in region
        back = boss.get("/stock/?q=milk", headers=HTMX | {"HX-History-Restore-Request": "true"})
        assert "<html" in text_of(back)

    def test_bar_days_and_what_is_coming(self, cafe, boss, order):
        sell(cafe, "Latte")
        [row] = [row for row in boss.get("/stock/").context["rows"] if row.name == "Milk"]
        assert (row.on_hand, row.on_order, row.level) == (400, 1500, "low")
        assert (row.daily_use, row.cover) == (600, Decimal("0.7"))  # all of it today

    @pytest.mark.parametrize(("first", "days"), [(0, 1), (2.5, 3), (13.5, 14), (30, 14)])
    def test_a_young_cafe_divides_by_the_days_it_has_sold_on(self, cafe, first, days):
        now = timezone.now()
        milk, beans = (cafe.ingredients[name] for name in ("Milk", "Beans"))
        for ingredient, age in ((beans, first), (milk, 0)):
            StockMovement.objects.create(
                location=cafe.location,
                ingredient=ingredient,
                quantity=-420,
                reason="sale",
                created_at=now - timedelta(days=age),
            )
        assert daily_use(cafe.location.pk, at=now)[milk.pk] == Decimal(420) / days

    @pytest.mark.parametrize("more", [0, 30])
    def test_ingredients_cost_no_query(self, cafe, boss, order, more, django_assert_num_queries):
        for n in range(more):
            spice = cafe.ingredients["Milk"].__class__.objects.create(name=f"Spice {n}", unit="g")
            StockItem.objects.create(location=cafe.location, ingredient=spice)
        boss.get("/stock/")
        with django_assert_num_queries(13):
            boss.get("/stock/")

    def test_a_mail_that_fails_shows_here_and_in_the_navigation(self, boss, order):
        assert "not sent" not in text_of(boss.get("/stock/"))
        PurchaseOrder.objects.update(
            mail="failed", mail_attempts=5, mail_error="The mail server could not be reached."
        )
        text = text_of(boss.get("/stock/"))
        assert f"{order.number} to Dairy has not been sent" in text
        assert "The mail server could not be reached." in text
        assert "1 to look at, 1 not sent" in text

    def test_names_are_escaped(self, cafe, boss):
        cafe.ingredients["Milk"].__class__.objects.filter(name="Milk").update(name="<b>Milk</b>")
        assert "<b>Milk" not in text_of(boss.get("/stock/"))


class TestCorrections:
    def test_waste(self, cafe, boss):
        url = item_url(cafe, act="waste/")
        assert "Made wrong" in text_of(boss.get(url))
        response = boss.post(
            url, {"quantity": "1 00,5", "reason": "Spilled", "note": "Rush"}, headers=HTMX
        )
        assert response.content == b""
        assert toast_of(response)["text"] == "100.5\u00a0ml of Milk booked out"
        assert cafe.on_hand("Milk") == Decimal("899.5")
        assert StockMovement.objects.first().note == "Spilled: Rush"

    def test_a_form_sent_twice_books_once(self, cafe, boss):
        for act, fields in (
            ("waste/", {"quantity": "100", "reason": "Spilled"}),
            ("count/", {"counted": "800", "reason": "Sunday"}),
        ):
            url = item_url(cafe, act=act)
            key = re.search(r'name="key" value="(\w+)"', text_of(boss.get(url))).group(1)
            assert f'value="{key}"' in post(
                boss, url, 422, key=key
            )  # what was refused may try again
            post(boss, url, key=key, **fields)
            sell(cafe, "Latte")
            again = boss.post(url, {"key": key, **fields}, headers=HTMX)
            assert toast_of(again)["text"] == "Milk: booked already"
        assert cafe.on_hand("Milk") == 600  # 900 and a latte's 200 less; 800 and 200 less

    def test_waste_of_more_than_is_there_is_refused_and_says_how_much_is(self, cafe, boss):
        text = post(boss, item_url(cafe, act="waste/"), 422, quantity="999999", reason="Spilled")
        assert (
            "Only 1\u202f000\u00a0ml of Milk are on hand; count it first if there is more." in text
        )
        assert 'value="999999"' in text
        assert (cafe.on_hand("Milk"), PurchaseOrder.objects.count()) == (1000, 0)

    def test_a_count_says_what_it_booked(self, cafe, boss):
        for counted, said in (
            ("990", "Milk: −10\u00a0ml booked"),
            ("990", "Milk: the count matches, nothing to book"),
            ("1 000", "Milk: +10\u00a0ml booked"),
        ):
            fields = {"counted": counted, "reason": "Sunday"}
            answer = boss.post(item_url(cafe, act="count/"), fields, headers=HTMX)
            assert toast_of(answer)["text"] == said

    @pytest.mark.parametrize(
        "fields",
        [
            {"quantity": "", "reason": "Spilled"},
            {"quantity": "two", "reason": "Spilled"},
            {"quantity": "-1", "reason": "Spilled"},
            {"quantity": "NaN", "reason": "Spilled"},
            {"quantity": "1_0", "reason": "Spilled"},
            {"quantity": "1e999999999", "reason": "Spilled"},
            {"quantity": "1", "reason": ""},
            {"quantity": "1", "reason": "Because"},
            {"quantity": "1", "reason": "Other", "note": "x" * 300},
            {},
        ],
    )
    def test_waste_that_is_refused_keeps_what_was_typed(self, cafe, boss, fields):
        text = post(boss, item_url(cafe, act="waste/"), 422, **fields)
        assert 'role="alert"' in text
        assert f'value="{fields.get("quantity", "")}"' in text
        assert cafe.on_hand("Milk") == 1000

    def test_a_count_shows_the_difference_first(self, cafe, boss):
        url = item_url(cafe, act="difference/")
        assert "-9.5\u00a0ml" in text_of(boss.get(url, {"counted": "990,5"}))
        assert "Matches" in text_of(boss.get(url, {"counted": "1 000"}))
        for typed in ("", "x", "NaN", "Infinity", "1e999999999", "1e-999999999"):
            assert text_of(boss.get(url, {"counted": typed})).strip() == ""
        post(boss, item_url(cafe, act="count/"), counted="990,5", reason="Sunday")
        assert cafe.on_hand("Milk") == Decimal("990.5")

    def test_limits(self, cafe, boss):
        url = item_url(cafe, act="limits/")
        assert 'value="2000"' in text_of(boss.get(url))
        text = post(boss, url, 422, reorder_point="700", par_level="600")
        assert 'value="700"' in text
        post(boss, url, reorder_point="700", par_level="1 200")
        item = StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
        assert (item.reorder_point, item.par_level) == (700, 1200)

    def test_what_is_not_kept_here_is_not_found(self, cafe, boss):
        for act in ("", "waste/", "count/", "limits/", "difference/"):
            assert boss.get(f"/stock/items/99999/{act}").status_code == 404
            assert boss.get(f"/stock/items/{'9' * 30}/{act}").status_code == 404


class TestMovements:
    def test_each_with_balance_reason_and_link_in_cafe_time(self, cafe, boss, order):
        PurchaseOrder.objects.update(status="sent")
        line = order.lines.get()
        post(boss, order_url(order, "receive/"), **{f"line-{line.pk}": "300"})
        text = text_of(boss.get(item_url(cafe)))
        local = cafe.location.local(StockMovement.objects.first().created_at)
        for words in (
            f"{local:%H:%M}",
            "+300\u00a0ml",
            "900\u00a0ml",
            f'href="{order_url(order)}">{order.number}',
            "-400\u00a0ml",
            "boss",
            "Dairy",
        ):
            assert words in text, words

    def test_a_sale_goes_by_its_number_and_day_and_a_form_by_nothing(self, cafe, boss):
        sold = sell(cafe, "Latte", at=datetime(2026, 3, 8, 20, 0, tzinfo=UTC))  # 1:00 on the 9th
        Order.objects.update(number=163)
        StockMovement.objects.create(
            location=cafe.location,
            ingredient=cafe.ingredients["Milk"],
            quantity=-1,
            reason="waste",
            reference=f"form:{'0' * 32}",  # as they were kept until November 2026
        )
        text = text_of(boss.get(item_url(cafe)))
        address = f"/admin/sales/order/{sold.id}/change/"
        assert f'<a href="{address}">Order 163, 8 Mar</a>' in text
        assert "form:" not in text

    def test_a_line_that_is_all_in_is_no_longer_on_its_way(self, cafe, boss, order):
        assert order.number in text_of(boss.get(item_url(cafe)))
        PurchaseOrder.objects.update(status="partly_received")
        order.lines.update(received=1500)
        assert order.number not in text_of(boss.get(item_url(cafe)))

    def test_older_pages_follow_without_gap(self, cafe, boss):
        place, milk = cafe.location.pk, cafe.ingredients["Milk"].pk
        for _ in range(120):
            sell(cafe, "Latte") if cafe.on_hand("Milk") >= 200 else None
            StockMovement.objects.create(
                location=cafe.location, ingredient_id=milk, quantity=1, reason="count"
            )
        StockItem.objects.filter(ingredient_id=milk).update(on_hand=120)
        seen, before = [], None
        while page := ledger_page(place, milk, before=before):
            seen += page
            before = page[-1].movement.pk
        assert [row.movement.pk for row in seen] == sorted(
            StockMovement.objects.filter(ingredient_id=milk).values_list("pk", flat=True),
            reverse=True,
        )
        assert seen[-1].balance == seen[-1].movement.quantity == 1000
        assert all(
            newer.balance == older.balance + newer.movement.quantity
            for newer, older in pairwise(seen)
        )
        first = text_of(boss.get(item_url(cafe)))
        assert f"?before={seen[49].movement.pk}" in first
        older = text_of(boss.get(f"{item_url(cafe)}?before={seen[49].movement.pk}", headers=HTMX))
        assert older.count('<tr role="row"') == 51
        assert 'id="stock"' not in older

    def move(self, cafe, times: int) -> list[int]:
        """Book milk in so many times; the ids of all its movements, newest first."""
        milk = cafe.ingredients["Milk"]
        for _ in range(times):
            StockMovement.objects.create(location=cafe.location, ingredient=milk, quantity=1)
        return list(StockMovement.objects.filter(ingredient=milk).values_list("pk", flat=True))

    def shown(self, response) -> list[int]:
        return [row.movement.pk for row in response.context["ledger"]]

    def test_reading_the_page_again_keeps_how_far_back_the_reader_went(self, cafe, boss):
        ids, url = self.move(cafe, 120), item_url(cafe)
        assert 'name="until"' not in text_of(boss.get(url))  # new ones push old ones off
        older = boss.get(f"{url}?before={ids[49]}", headers=HTMX)
        assert f'name="until" value="{ids[99]}"' in text_of(older)
        ids = self.move(cafe, 1)
        again = boss.get(f"{url}?until={ids[100]}", headers=HTMX)
        assert self.shown(again) == ids[:101]
        assert f'name="until" value="{ids[100]}"' in text_of(again)
        assert f"?before={ids[100]}" in text_of(again)
        last = text_of(boss.get(f"{url}?before={ids[100]}", headers=HTMX))
        assert (f'name="until" value="{ids[-1]}"' in last, "Show older" in last) == (True, False)

    def test_reading_an_older_page_again_keeps_it(self, cafe, boss):
        ids, url = self.move(cafe, 120), item_url(cafe)
        page = boss.get(f"{url}?before={ids[49]}")
        kept = dict(re.findall(r'type="hidden" name="(\w+)" value="(\d+)"', text_of(page)))
        self.move(cafe, 1)
        again = boss.get(url, kept, headers=HTMX)
        assert self.shown(again) == self.shown(page) == ids[50:100]
        assert 'class="facts"' in text_of(again)  # its figures too

    def test_exactly_a_page_offers_no_older_one(self, cafe, boss):
        self.move(cafe, 49)
        assert "Show older" not in text_of(boss.get(item_url(cafe)))

    def test_movements_cost_no_query(self, cafe, boss, order, django_assert_num_queries):
        boss.get(item_url(cafe))
        with django_assert_num_queries(18):
            boss.get(item_url(cafe))
        for _ in range(3):
            sell(cafe, "Latte")
        with django_assert_num_queries(18):
            boss.get(item_url(cafe))

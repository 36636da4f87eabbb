"""The page, the button that starts a run and the tap that orders."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from predict.forecasters import METHODS, Method
from predict.models import Forecast, ForecastRun
from predict.queries.runs import tomorrow_of
from predict.services import run_forecast
from sales.models import Product
from stock.models import PurchaseOrder, StockMovement, Supplier, SupplierItem
from stock.services import correct_stock, publish_menu
from tests.factories import Cafe, make_cafe, make_staff
from tests.predict.past import sold_daily


@pytest.fixture
def cafe(db) -> Cafe:
    return make_cafe(stock=0)


@pytest.fixture
def manager(cafe) -> Client:
    return signed_in("manager", "Manager")


def signed_in(name: str, role: str) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(make_staff(name, role))
    return client


def published(cafe: Cafe, *, products: tuple[str, ...] = ("Latte",)) -> ForecastRun:
    """A forecast of ten of each of the products for the café's real tomorrow."""
    run = ForecastRun.objects.create(
        location=cafe.location,
        for_day=tomorrow_of(cafe.location, timezone.now()),
        status="published",
        trigger="nightly",
        finished_at=timezone.now() - timedelta(hours=2),
        accuracy={
            "weekday_mean": {"wape": "0.223", "days": 27},
            "ets": {"wape": "0.210", "days": 27},
        },
    )
    for name in products:
        product = cafe.products[name]
        Forecast.objects.create(run=run, product=product, method="weekday_mean", mean=10)
        Forecast.objects.create(
            run=run, product=product, method="ets", mean=9, lower=7, upper=12, error="0.210"
        )
    return run


def deliver_milk(cafe: Cafe) -> None:
    dairy = Supplier.objects.create(name="Dairy", email="dairy@example.com", auto_order="send")
    SupplierItem.objects.create(
        supplier=dairy, ingredient=cafe.ingredients["Milk"], pack_size=1000, pack_name="carton"
    )


def give(cafe: Cafe, **quantities: int) -> None:
    correct_stock(
        location_id=cafe.location.pk,
        quantities={cafe.ingredients[name.title()].pk: q for name, q in quantities.items()},
        reason=StockMovement.Reason.COUNT,
        at=timezone.now(),
    )


def toast(answer) -> dict:
    return json.loads(answer["HX-Trigger"])["toast"]


def test_without_a_forecast_the_page_offers_one(cafe, manager):
    page = manager.get("/predict/").content.decode()
    assert "No forecast for" in page
    assert 'hx-post="/predict/run/"' in page


def test_the_page_shows_status_numbers_errors_and_which_was_better(cafe, manager):
    published(cafe)
    give(cafe, milk=500, beans=1000)
    page = manager.get("/predict/").content.decode()
    cafe.location.refresh_from_db()
    assert (
        f'ws-connect="/ws/predict/?revision={cafe.location.revision}&amp;location=corner"' in page
    )
    for words in ("Critical", "<strong>10</strong>", "7 to 12", "off by 21 %", "Cup M"):
        assert words in page
    assert "Seasonal model was closer over the last four weeks" in page
    assert "2\xa0hours ago, by night" in page


def test_a_third_method_has_its_column_by_being_registered(cafe, manager, monkeypatch):
    monkeypatch.setitem(METHODS, "steady", Method("Steady", "tests.predict.strange.Steady", "one"))
    sold_daily(
        cafe, cafe.location.business_day(timezone.now()) - timedelta(days=40), latte=[5] * 40
    )
    run_forecast(location_id=cafe.location.pk)

    page = manager.get("/predict/").content.decode()

    headings = re.findall(r'role="columnheader"[^>]*>([^<]+)', page)
    assert headings[3:6] == ["Weekday mean", "Seasonal model", "Steady"]
    row = page[page.index(f'id="outlook-{cafe.products["Latte"].pk}"') :]
    cells = re.findall(r'data-label="([^"]+)"><strong>([\d.]+)<', row[: row.index("</tr>")])
    assert cells == [
        ("Stock allows", "0"), ("Weekday mean", "5"), ("Seasonal model", "5"), ("Steady", "1"),
    ]  # fmt: skip
    assert "Steady: one." in page
    assert "Weekday mean and seasonal model were closest" in page


def test_a_method_that_the_run_did_not_ask_says_so(cafe, manager, monkeypatch):
    published(cafe)
    monkeypatch.setitem(METHODS, "steady", Method("Steady", "tests.predict.strange.Steady"))
    page = manager.get("/predict/").content.decode()
    assert page.count("Not part of this forecast.") == 1
    assert page.count("Not on the menu when this forecast was made.") == 2 * 3


def test_a_weekday_on_which_the_cafe_never_opens_is_not_called_a_short_history(cafe, manager):
    first = tomorrow_of(cafe.location, timezone.now()) - timedelta(weeks=6)
    sold_daily(cafe, first, latte=[None if n % 7 == 0 else 5 for n in range(41)])
    Product.objects.exclude(name="Latte").update(on_sale=False)
    publish_menu()
    run_forecast(location_id=cafe.location.pk)

    page = manager.get("/predict/").content.decode()

    assert "The café was closed on the last four" in page
    assert "The café was never open on a" in page
    assert "1 without forecast" in page
    assert "hort history" not in page


def test_forecast_now_shows_that_it_waits_and_then_how_far_it_is(cafe, manager):
    answer = manager.post("/predict/run/")
    assert answer.status_code == 200
    assert "Waiting for the worker" in answer.content.decode()
    assert OrmQ.objects.count() == 1
    ForecastRun.objects.update(status="running", series_total=3, series_done=2)
    page = manager.get("/predict/").content.decode()
    assert "2 of 3 products" in page
    assert 'max="3" value="2"' in page
    again = manager.post("/predict/run/")
    assert (again.status_code, OrmQ.objects.count()) == (409, 1)
    assert toast(again) == {"text": "A forecast is being computed already", "kind": "error"}


def test_one_tap_orders_what_is_missing_and_a_second_does_not(cafe, manager):
    published(cafe)
    give(cafe, milk=500, beans=1000)
    correct_stock(
        location_id=cafe.location.pk,
        quantities={cafe.ingredients["Cup M"].pk: 50},
        reason="count",
        at=timezone.now(),
    )
    deliver_milk(cafe)
    milk = cafe.ingredients["Milk"].pk
    assert (
        f'form="order-ingredient" name="ingredient" value="{milk}"'
        in manager.get("/predict/").content.decode()
    )
    answer = manager.post("/predict/order/", {"ingredient": milk})
    made = PurchaseOrder.objects.get()
    assert toast(answer) == {"text": f"Put on {made.number} to Dairy", "kind": "ok"}
    assert "On its way" in answer.content.decode()
    assert 'id="tomorrow" hx-swap-oob="true"' in answer.content.decode()
    assert [line.packs for line in made.lines.all()] == [3]
    assert made.created_by.username == "manager"
    again = manager.post("/predict/order/", {"ingredient": milk})
    assert (again.status_code, made.lines.get().packs) == (409, 3)


def test_one_tap_orders_every_short_ingredient_of_a_product(cafe, manager):
    published(cafe)
    deliver_milk(cafe)
    roaster = Supplier.objects.create(name="Roaster", email="roaster@example.com")
    beans = cafe.ingredients["Beans"]
    SupplierItem.objects.create(supplier=roaster, ingredient=beans, pack_size=100, pack_name="bag")
    page = manager.get("/predict/").content.decode()
    [ids] = re.findall(r'form="order-ingredient" name="ingredient" value="([^"]+)"', page)
    answer = manager.post("/predict/order/", {"ingredient": ids})
    first, second = PurchaseOrder.objects.order_by("supplier_id")
    assert toast(answer)["text"] == f"Put on {first.number} to Dairy and {second.number} to Roaster"
    assert [first.lines.get().packs, second.lines.get().packs] == [3, 3]
    assert 'form="order-ingredient" name=' not in answer.content.decode()


@pytest.mark.parametrize("given", ["", "x", "-1", "1,", "9" * 30, "٣"])
def test_what_is_no_ingredient_orders_nothing(cafe, manager, given):
    answer = manager.post("/predict/order/", {"ingredient": given})
    assert (answer.status_code, PurchaseOrder.objects.count()) == (409, 0)


@pytest.mark.parametrize("role", ["Cashier", "Barista"])
def test_only_managers_may(cafe, role):
    staff = signed_in(role.lower(), role)
    answers = [staff.get("/predict/"), staff.post("/predict/run/"), staff.post("/predict/order/")]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert ForecastRun.objects.count() == 0


@pytest.mark.parametrize("products", [("Latte",), ("Latte", "Espresso", "Croissant")])
def test_the_page_takes_as_many_queries_for_one_product_as_for_three(
    cafe, manager, products, django_assert_num_queries
):
    published(cafe, products=products)
    deliver_milk(cafe)
    manager.get("/predict/")
    with django_assert_num_queries(11):
        manager.get("/predict/")


def test_the_api_answers_with_the_forecast_of_a_day(cafe, manager):
    run = published(cafe)
    answer = manager.get("/api/forecast").json()
    assert answer["date"] == run.for_day.isoformat()
    [latte] = [p for p in answer["products"] if p["name"] == "Latte"]
    assert (latte["status"], latte["portions"]) == ("CRITICAL", 0)
    assert [f["method"] for f in latte["forecasts"]] == ["weekday_mean", "ets"]
    assert manager.get(f"/api/forecast?date={run.for_day}").json() == answer
    other = manager.get("/api/forecast?date=2020-01-01").json()
    assert (other["date"], other["published_at"]) == ("2020-01-01", None)


@pytest.mark.parametrize("given", ["yesterday", "2020-02-30", ""])
def test_the_api_refuses_what_is_no_day(cafe, manager, given):
    assert manager.get(f"/api/forecast?date={given}").status_code == 422


def test_the_api_is_for_those_who_may_see_it(cafe):
    assert signed_in("b", "Barista").get("/api/forecast").status_code == 403
    assert Client().get("/api/forecast").status_code == 401

"""What the page and programs read: statuses against stock, what to do, in a fixed number of
queries; and the purchase order behind the one tap."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from predict.errors import NothingToOrder
from predict.forecasters import METHODS, Method
from predict.models import Forecast, ForecastRun
from predict.queries.tomorrow import forecast_payload, read_tomorrow
from predict.services import order_ingredients
from sales.models import Product, ProductSize, RecipeLine
from sales.queries.menu import forget_menus
from stock.models import PurchaseOrder, StockMovement, Supplier, SupplierItem
from stock.services import correct_stock, order_packs
from tests.factories import Cafe, make_cafe

D = Decimal
# Monday noon in Almaty.
NOW = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
TUESDAY = date(2026, 3, 31)


@pytest.fixture
def cafe(db) -> Cafe:
    return make_cafe(stock=0)


def stock(cafe: Cafe, **quantities: int) -> None:
    """Put so much of each ingredient (by name, underscores for spaces) into the store room."""
    names = {name.lower().replace(" ", "_"): i.pk for name, i in cafe.ingredients.items()}
    correct_stock(
        location_id=cafe.location.pk,
        quantities={names[key]: D(quantity) for key, quantity in quantities.items()},
        reason=StockMovement.Reason.COUNT,
        at=NOW,
    )


def forecast(cafe: Cafe, *, published: bool = True, **means: str | None) -> ForecastRun:
    """A run for Tuesday with these weekday means by product."""
    made = ForecastRun.objects.create(
        location=cafe.location,
        for_day=TUESDAY,
        status="published" if published else "running",
        trigger="nightly",
        started_at=NOW,
        finished_at=NOW if published else None,
    )
    names = {name.lower(): product for name, product in cafe.products.items()}
    for key, mean in means.items():
        Forecast.objects.create(
            run=made,
            product=names[key],
            method="weekday_mean",
            mean=None if mean is None else D(mean),
            note="Not sold yet." if mean is None else "",
        )
    return made


def delivers(cafe: Cafe, name: str, pack_size: int, *, pack_name: str = "carton", **supplier):
    who, _ = Supplier.objects.get_or_create(
        name="Dairy", defaults={"email": "dairy@example.com", "auto_order": "send", **supplier}
    )
    return SupplierItem.objects.create(
        supplier=who, ingredient=cafe.ingredients[name], pack_size=pack_size, pack_name=pack_name
    )


def tomorrow(cafe: Cafe, **kwargs):
    return read_tomorrow(cafe.location.pk, at=NOW, **kwargs)


def statuses(cafe: Cafe) -> dict[str, str]:
    return {product.name: product.status.value for product in tomorrow(cafe).products}


@pytest.mark.parametrize(
    ("beans", "status"), [(89, "CRITICAL"), (90, "WARNING"), (134, "WARNING"), (135, "OK")]
)
def test_statuses_at_their_borders(cafe, beans, status):
    forecast(cafe, espresso="10")  # nine grams each
    stock(cafe, beans=beans)
    assert statuses(cafe)["Espresso"] == status


def test_the_scarcest_of_the_whole_recipe_is_named(cafe):
    forecast(cafe, latte="4")
    stock(cafe, milk=100_000, beans=100_000, cup_m=3)
    [latte] = [p for p in tomorrow(cafe).products if p.name == "Latte"]
    assert (latte.portions, latte.scarcest, latte.status) == (3, "Cup M", "CRITICAL")


def test_products_come_the_most_urgent_first(cafe):
    forecast(cafe, latte="10", espresso="10", croissant=None)
    stock(cafe, milk=2000, beans=10_000, cup_m=100)
    free = Product.objects.create(name="Tap water", category=cafe.products["Latte"].category)
    ProductSize.objects.create(product=free, name="Glass", price=0)
    forget_menus()
    outlook = tomorrow(cafe)
    assert [(p.name, p.status.value, p.portions) for p in outlook.products] == [
        ("Latte", "WARNING", 10),
        ("Espresso", "OK", 1111),
        ("Croissant", "NO_HISTORY", 0),
        ("Tap water", "NO_HISTORY", None),
    ]
    assert outlook.counts == {"CRITICAL": 0, "WARNING": 1, "OK": 1, "NO_HISTORY": 2}


def test_only_a_published_run_of_the_day_counts_and_the_newest(cafe):
    stock(cafe, beans=900)
    assert tomorrow(cafe).run is None
    forecast(cafe, espresso="10")
    newest = forecast(cafe, espresso="80")
    forecast(cafe, published=False, espresso="1")
    ForecastRun.objects.create(
        location=cafe.location, for_day=TUESDAY + timedelta(days=1), status="failed",
        trigger="manual", message="Later day",
    )  # fmt: skip
    outlook = tomorrow(cafe)
    assert outlook.run == newest
    assert outlook.failure == ""
    assert statuses(cafe)["Espresso"] == "WARNING"


def test_a_run_under_way_failed_or_dead_is_told(cafe):
    attempt = forecast(cafe, published=False)
    assert (tomorrow(cafe).in_progress, tomorrow(cafe).failure) == (True, "")
    later = read_tomorrow(cafe.location.pk, at=NOW + timedelta(minutes=6))
    assert later.in_progress is False
    assert "stopped without an end" in later.failure
    ForecastRun.objects.filter(pk=attempt.pk).update(status="failed", message="No luck.")
    assert (tomorrow(cafe).in_progress, tomorrow(cafe).failure) == (False, "No luck.")


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [
        ({}, "too little history"),
        ({"ets": {"wape": None, "days": 2}}, "too little history"),
        (
            {"weekday_mean": {"wape": "0.223", "days": 27}, "ets": {"wape": "0.210", "days": 27}},
            "Seasonal model was closer over the last four weeks: off by 21.0 % of what was sold,"
            " weekday mean by 22.3 %.",
        ),
        (
            {"weekday_mean": {"wape": "0.200", "days": 9}, "ets": {"wape": "0.210", "days": 9}},
            "Weekday mean was closer",
        ),
        (
            {"weekday_mean": {"wape": "0.000", "days": 9}, "ets": {"wape": "0.000", "days": 9}},
            "equally close: off by 0.0 %",
        ),
    ],
)
def test_the_page_says_which_method_was_better(cafe, accuracy, words):
    ForecastRun.objects.filter(pk=forecast(cafe).pk).update(accuracy=accuracy)
    assert words in tomorrow(cafe).verdict


@pytest.mark.parametrize(
    ("wapes", "words"),
    [
        (("0.2", "0.3", "0.4"), "Weekday mean was closest over the last four weeks: off by 20.0 %"),
        (("0.2", "0.3", "0.4"), "of what was sold, seasonal model by 30.0 %, ouija by 40.0 %."),
        (("0.2", "0.2", "0.4"), "Weekday mean and seasonal model were closest over"),
        (("0.2", "0.2", "0.2"), "All methods were equally close: off by 20.0 %"),
        (("0.2", None, "0.2"), "Both methods were equally close"),
        ((None, None, "0.2"), "too little history"),
    ],
)
def test_of_three_methods_it_says_so_too(cafe, monkeypatch, wapes, words):
    monkeypatch.setitem(METHODS, "ouija", Method("Ouija", "unused"))
    accuracy = {name: {"wape": w, "days": 9} for name, w in zip(METHODS, wapes, strict=True)}
    ForecastRun.objects.filter(pk=forecast(cafe).pk).update(accuracy=accuracy)
    assert words in tomorrow(cafe).verdict


class TestAdvice:
    """10 lattes of 200 ml milk: 15 are wanted, 3,000 ml."""

    @pytest.fixture(autouse=True)
    def short_of_milk(self, cafe):
        forecast(cafe, latte="10")
        stock(cafe, milk=500, beans=10_000, cup_m=100)

    def advice(self, cafe: Cafe):
        return next(p.advice for p in tomorrow(cafe).products if p.name == "Latte")

    def packs(self, cafe: Cafe) -> dict[str, int]:
        names = {ingredient.pk: name for name, ingredient in cafe.ingredients.items()}
        return {names[key]: count for key, count in self.advice(cafe).packs.items()}

    def order(self, cafe: Cafe, *names: str) -> list[PurchaseOrder]:
        return order_ingredients(
            location_id=cafe.location.pk,
            ingredient_ids=[cafe.ingredients[name].pk for name in names],
            user_id=None,
            at=NOW,
        )

    def test_whole_packs_today(self, cafe):
        delivers(cafe, "Milk", 1000, lead_time_days=1)
        assert self.advice(cafe).text == "Order 3 × carton of Milk today."
        assert self.packs(cafe) == {"Milk": 3}

    def test_by_the_last_day_that_is_early_enough(self, cafe):
        delivers(cafe, "Milk", 1000, lead_time_days=0)
        assert self.advice(cafe).text == "Order 3 × carton of Milk by Tuesday."

    def test_too_late_says_so(self, cafe):
        delivers(cafe, "Milk", 1000, lead_time_days=1, delivery_weekdays=[4])
        assert self.advice(cafe).text == (
            "Order 3 × carton of Milk now; Dairy delivers on Friday, after it is needed."
        )

    def test_nobody_delivers_it(self, cafe):
        assert "Nobody delivers Milk" in self.advice(cafe).text
        assert self.packs(cafe) == {}

    def test_what_is_on_order_is_not_ordered_again(self, cafe):
        delivers(cafe, "Milk", 1000)
        [made] = self.order(cafe, "Milk")
        assert [(line.ingredient.name, line.packs) for line in made.lines.all()] == [("Milk", 3)]
        amount = "3\u202f000\xa0ml of Milk"
        assert self.packs(cafe) == {}
        assert self.advice(cafe).text == f"On its way: {amount}, due on Tuesday."
        PurchaseOrder.objects.update(expected_on=TUESDAY + timedelta(days=2))
        late = f"On its way: {amount}, due on Thursday, after it is needed."
        assert self.advice(cafe).text == late
        with pytest.raises(NothingToOrder, match="enough is on order"):
            self.order(cafe, "Milk")
        assert PurchaseOrder.objects.count() == 1

    @pytest.mark.parametrize("mail", ["none", "failed"])
    def test_what_nobody_has_sent_is_not_on_its_way_but_counts(self, cafe, mail):
        delivers(cafe, "Milk", 1000)
        [made] = self.order(cafe, "Milk")
        PurchaseOrder.objects.update(mail=mail)
        assert self.advice(cafe).text == (
            f"Look at {made.number}, which waits for you to send it: 3\u202f000\xa0ml of Milk."
        )
        assert self.packs(cafe) == {}

    def test_what_is_held_beside_enough_that_was_sent_does_not_matter(self, cafe):
        delivers(cafe, "Milk", 1000)
        [sent] = self.order(cafe, "Milk")
        PurchaseOrder.objects.update(status="sent", mail="sent")
        item = SupplierItem.objects.get()
        order_packs(location_id=cafe.location.pk, packs={item.pk: 2}, user_id=None, at=NOW)
        later = TUESDAY + timedelta(days=2)
        PurchaseOrder.objects.exclude(pk=sent.pk).update(mail="none", expected_on=later)
        said = "On its way: 3\u202f000\xa0ml of Milk, due on Tuesday."
        assert self.advice(cafe).text == said
        sent.lines.update(received=501)  # one short of the 2,500 missing
        assert "2\u202f000\xa0ml" in self.advice(cafe).text
        assert self.advice(cafe).text.startswith("Look at PO-")

    def test_what_should_have_come_is_overdue(self, cafe):
        delivers(cafe, "Milk", 1000)
        self.order(cafe, "Milk")
        PurchaseOrder.objects.update(status="sent", expected_on=date(2026, 3, 18))
        said = "On its way: 3\u202f000\xa0ml of Milk, overdue since 18 March."
        assert self.advice(cafe).text == said

    def test_what_is_on_order_though_nobody_lists_it_any_more_is_coming(self, cafe):
        delivers(cafe, "Milk", 1000)
        self.order(cafe, "Milk")
        SupplierItem.objects.all().delete()
        assert self.advice(cafe).text.startswith("On its way")
        with pytest.raises(NothingToOrder, match="enough is on order"):
            self.order(cafe, "Milk")

    def test_all_products_that_take_it_are_covered(self, cafe):
        delivers(cafe, "Milk", 1000)
        RecipeLine.objects.create(
            product=cafe.products["Espresso"], ingredient=cafe.ingredients["Milk"], quantity=100
        )
        run = ForecastRun.objects.get()
        Forecast.objects.create(
            run=run, product=cafe.products["Espresso"], method="weekday_mean", mean=D("3.25")
        )
        forget_menus()
        # 3,000 ml of lattes and 5 × 100 of espressos, 500 there.
        assert self.packs(cafe) == {"Milk": 3}
        stock(cafe, milk=-1)
        assert self.packs(cafe) == {"Milk": 4}

    def test_what_the_forecast_does_not_need_is_not_ordered(self, cafe):
        delivers(cafe, "Croissant dough", 10)
        for ingredient_id in (cafe.ingredients["Croissant dough"].pk, 0, 2**62):
            with pytest.raises(NothingToOrder, match="takes none"):
                order_ingredients(
                    location_id=cafe.location.pk,
                    ingredient_ids=[ingredient_id],
                    user_id=None,
                    at=NOW,
                )

    def test_what_nobody_delivers_is_not_ordered(self, cafe):
        with pytest.raises(NothingToOrder, match="Nobody delivers"):
            self.order(cafe, "Milk")

    def test_without_a_forecast_nothing_is_ordered(self, cafe):
        delivers(cafe, "Milk", 1000)
        ForecastRun.objects.all().delete()
        with pytest.raises(NothingToOrder, match="no forecast"):
            self.order(cafe, "Milk")

    def test_every_short_ingredient_is_told_the_scarcest_first_and_ordered(self, cafe):
        stock(cafe, milk=-500, beans=-9900)  # none of milk, 5 portions of beans: 170 g are missing
        delivers(cafe, "Milk", 1000)
        roaster = Supplier.objects.create(
            name="Roaster", email="roaster@example.com", auto_order="send"
        )
        SupplierItem.objects.create(
            supplier=roaster, ingredient=cafe.ingredients["Beans"], pack_size=100, pack_name="bag"
        )
        assert self.advice(cafe).text == (
            "Order 3 × carton of Milk today. Order 2 × bag of Beans today."
        )
        assert self.packs(cafe) == {"Milk": 3, "Beans": 2}
        made = self.order(cafe, "Milk", "Beans")
        assert {o.supplier.name: o.lines.get().packs for o in made} == {"Dairy": 3, "Roaster": 2}
        assert "On its way" in self.advice(cafe).text
        assert self.packs(cafe) == {}

    def test_what_nobody_delivers_hides_nothing_that_can_be_ordered(self, cafe):
        stock(cafe, milk=-500, beans=-9900)
        delivers(cafe, "Beans", 100)
        assert self.advice(cafe).text == (
            "Nobody delivers Milk; put it on a supplier's list. Order 2 × carton of Beans today."
        )
        assert self.packs(cafe) == {"Beans": 2}

    def test_what_there_is_enough_of_is_not_mentioned(self, cafe):
        stock(cafe, beans=-9730)  # 270 g are 15 portions
        delivers(cafe, "Milk", 1000)
        delivers(cafe, "Beans", 100)
        assert self.packs(cafe) == {"Milk": 3}


def test_the_payload(cafe):
    run = forecast(cafe, espresso="10.25", croissant=None)
    run.accuracy = {"weekday_mean": {"wape": "0.231", "days": 26}}
    run.save()
    Forecast.objects.create(
        run=run, product=cafe.products["Espresso"], method="ets", mean=D("9.5"), lower=D(7),
        upper=D("12.25"), error=D("0.21"), note="Fine.",
    )  # fmt: skip
    stock(cafe, beans=90)
    Product.objects.filter(name="Latte").update(on_sale=False)
    forget_menus()
    assert forecast_payload(tomorrow(cafe)) == {
        "date": "2026-03-31",
        "published_at": "2026-03-30T07:00:00+00:00",
        "accuracy": {"weekday_mean": {"wape": "0.231", "days": 26}},
        "products": [
            {
                "product": cafe.products["Espresso"].pk,
                "name": "Espresso",
                "status": "CRITICAL",
                "portions": 10,
                "scarcest": "Beans",
                "action": "Nobody delivers Beans; put it on a supplier's list.",
                "forecasts": [
                    {
                        "method": "weekday_mean",
                        "mean": "10.25",
                        "lower": None,
                        "upper": None,
                        "error": None,
                        "note": "",
                    },
                    {
                        "method": "ets",
                        "mean": "9.5",
                        "lower": "7",
                        "upper": "12.25",
                        "error": "0.210",
                        "note": "Fine.",
                    },
                ],
            },
            {
                "product": cafe.products["Croissant"].pk,
                "name": "Croissant",
                "status": "NO_HISTORY",
                "portions": 0,
                "scarcest": "Croissant dough",
                "action": None,
                "forecasts": [
                    {
                        "method": "weekday_mean",
                        "mean": None,
                        "lower": None,
                        "upper": None,
                        "error": None,
                        "note": "Not sold yet.",
                    }
                ],
            },
        ],
    }


def test_the_payload_of_a_day_without_a_forecast(cafe):
    payload = forecast_payload(tomorrow(cafe, day=date(2020, 1, 1)))
    assert (payload["date"], payload["published_at"], payload["accuracy"]) == (
        "2020-01-01",
        None,
        {},
    )
    assert {(p["status"], len(p["forecasts"])) for p in payload["products"]} == {("NO_HISTORY", 0)}


@pytest.mark.parametrize("means", [{"latte": "1"}, {"latte": "9", "espresso": "9"}])
def test_it_takes_seven_queries_whatever_is_forecast(cafe, means, django_assert_num_queries):
    forecast(cafe, **means)
    delivers(cafe, "Milk", 1000)
    delivers(cafe, "Beans", 1000)
    tomorrow(cafe)
    with django_assert_num_queries(7):
        tomorrow(cafe)

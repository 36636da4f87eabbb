"""Tomorrow as the page and programs read it: forecasts, what stock allows, what to do."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from predict.advice import Status, portions_of, short_of, status_of, urgency, wanted
from predict.forecasters import BASELINE, METHODS, Method
from predict.models import Forecast, ForecastRun
from predict.queries.runs import is_dead, latest_run, published_run, tomorrow_of
from predict.queries.supplies import Supply, advice_text, read_supplies
from sales.availability import default_line
from sales.menu import Menu, MenuProduct
from sales.queries.grid import stock_on_hand
from sales.queries.menu import menu_for
from sales.recipes import portion
from stock.models import Location

UNFINISHED = "It stopped without an end. Start another; if that stops too, the worker is not up."


@dataclass(frozen=True, slots=True)
class MethodForecast:
    """What a method says of a product, in units; without a mean, `note` says why.

    `error` is its weighted absolute percentage error on the product, as a share.
    """

    method: str
    title: str
    mean: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    note: str
    error: Decimal | None

    @property
    def error_percent(self) -> Decimal | None:
        return None if self.error is None else self.error * 100


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about every short ingredient, a sentence for each, the scarcest first.

    `packs` of those that can be ordered at once, by ingredient id.
    """

    sentences: tuple[str, ...]
    packs: Mapping[int, int]

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class ProductOutlook:
    """A product on sale. `portions` None is without limit; the weekday mean decides the status."""

    id: int
    name: str
    status: Status
    portions: int | None
    scarcest: str | None
    forecasts: tuple[MethodForecast, ...]
    advice: Advice | None

    @property
    def baseline(self) -> MethodForecast | None:
        return next((f for f in self.forecasts if f.method == BASELINE), None)

    @property
    def by_method(self) -> list[tuple[Method, MethodForecast | None]]:
        """What each registered method says; None for one that the run did not ask."""
        said = {forecast.method: forecast for forecast in self.forecasts}
        return [(method, said.get(name)) for name, method in METHODS.items()]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A method's error over all products on `days` days of the last four weeks, as a share."""

    method: str
    title: str
    wape: Decimal | None
    days: int

    @property
    def percent(self) -> Decimal | None:
        return None if self.wape is None else self.wape * 100


@dataclass(frozen=True, slots=True)
class Tomorrow:
    """The forecast of `day` as of the location's `revision`; `run` is None if there is none.

    `attempt` is a later run that is not published; `attempt_dead` if it will never end. Products
    come the most urgent first; `supplies` are by ingredient id.
    """

    day: date
    revision: int
    time_zone: str
    run: ForecastRun | None
    attempt: ForecastRun | None
    attempt_dead: bool
    accuracy: tuple[Accuracy, ...]
    products: tuple[ProductOutlook, ...]
    supplies: Mapping[int, Supply]

    @property
    def in_progress(self) -> bool:
        """Whether a run is under way."""
        return (
            self.attempt is not None
            and self.attempt.status in ForecastRun.LIVE
            and not self.attempt_dead
        )

    @property
    def failure(self) -> str:
        """Why the later run gave no forecast; empty if it did not fail."""
        if self.attempt_dead:
            return UNFINISHED
        return self.attempt.message if self.attempt and not self.in_progress else ""

    @property
    def verdict(self) -> str:
        """Which method was closer, in a sentence."""
        known = sorted((a for a in self.accuracy if a.wape is not None), key=lambda a: a.wape)
        if len(known) < 2:
            return "There is too little history to tell which method is better."
        closest = [a for a in known if a.wape == known[0].wape]
        off = f"off by {known[0].percent:.1f} % of what was sold"
        if len(closest) == len(known):
            return f"{'Both' if len(known) == 2 else 'All'} methods were equally close: {off}."
        names = " and ".join([closest[0].title, *(a.title.lower() for a in closest[1:])])
        were = "was" if len(closest) == 1 else "were"
        closer = "closer" if len(known) == 2 else "closest"
        others = ", ".join(f"{a.title.lower()} by {a.percent:.1f} %" for a in known[len(closest) :])
        return f"{names} {were} {closer} over the last four weeks: {off}, {others}."

    @property
    def methods(self) -> list[Method]:
        """The methods that the page has a column for."""
        return list(METHODS.values())

    @property
    def deciding(self) -> Method:
        """The method that a product's status goes by."""
        return METHODS[BASELINE]

    @property
    def counts(self) -> dict[str, int]:
        """How many products have each status."""
        return {
            status.value: sum(product.status == status for product in self.products)
            for status in Status
        }


def read_tomorrow(
    location_id: int, *, day: date | None = None, at: datetime | None = None
) -> Tomorrow:
    """The forecast of `day` (the next business day) against stock as it is now.

    Seven queries, whatever there is on the menu. Raises Location.DoesNotExist.
    """
    at = at or timezone.now()
    location = Location.objects.get(pk=location_id)
    day = day or tomorrow_of(location, at)
    run, attempt = published_run(location_id, day), _attempt(location_id, day)
    basis = _read_basis(location, run, day=day, today=location.local(at).date())
    products = (_outlook(product, basis) for product in basis.menu.on_sale)
    return Tomorrow(
        day=day,
        revision=location.revision,
        time_zone=location.time_zone,
        run=run,
        attempt=attempt,
        attempt_dead=attempt is not None and is_dead(attempt, at),
        accuracy=_accuracy(run),
        products=tuple(sorted(products, key=_urgency)),
        supplies=basis.supplies,
    )


def forecast_payload(outlook: Tomorrow) -> dict[str, Any]:
    """The forecast as JSON: decimals as strings, portions null where stock sets no limit."""
    return {
        "date": outlook.day.isoformat(),
        "published_at": outlook.run.finished_at.isoformat() if outlook.run else None,
        "accuracy": {
            a.method: {"wape": None if a.wape is None else str(a.wape), "days": a.days}
            for a in outlook.accuracy
        },
        "products": [
            {
                "product": product.id,
                "name": product.name,
                "status": product.status.value,
                "portions": product.portions,
                "scarcest": product.scarcest,
                "action": product.advice and product.advice.text,
                "forecasts": [_forecast_payload(forecast) for forecast in product.forecasts],
            }
            for product in outlook.products
        ],
    }


def _forecast_payload(forecast: MethodForecast) -> dict[str, Any]:
    numbers = {name: getattr(forecast, name) for name in ("mean", "lower", "upper", "error")}
    return {
        "method": forecast.method,
        **{name: None if value is None else f"{value:f}" for name, value in numbers.items()},
        "note": forecast.note,
    }


def _attempt(location_id: int, day: date) -> ForecastRun | None:
    run = latest_run(location_id)
    if run is None or run.status == ForecastRun.Status.PUBLISHED:
        return None
    # How an earlier day's forecast failed is no news. One without an end is, whatever its day: it
    # is under way, or the worker that should have run it is not up.
    return run if run.status in ForecastRun.LIVE or run.for_day == day else None


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the outlook of every product is worked out from."""

    day: date
    today: date
    menu: Menu
    forecasts: Mapping[int, Mapping[str, Forecast]]
    recipes: Mapping[int, Mapping[int, Decimal]]
    on_hand: Mapping[int, Decimal]
    supplies: Mapping[int, Supply]


def _read_basis(location: Location, run: ForecastRun | None, *, day: date, today: date) -> _Basis:
    menu = menu_for(location.pk, revision=location.menu_revision)
    forecasts, on_hand = _forecasts(run), stock_on_hand(location.pk)
    recipes = {product.id: portion(default_line(product)) for product in menu.on_sale}
    supplies = read_supplies(
        location.pk,
        wanted=wanted((mean, recipes[key]) for key, mean in _means(forecasts) if key in recipes),
        on_hand=on_hand,
        ingredients=menu.ingredients,
    )
    return _Basis(day, today, menu, forecasts, recipes, on_hand, supplies)


def _outlook(product: MenuProduct, basis: _Basis) -> ProductOutlook:
    methods = _methods(basis.forecasts.get(product.id, {}))
    mean = next((f.mean for f in methods if f.method == BASELINE), None)
    portions = portions_of(basis.recipes[product.id], basis.on_hand)
    return ProductOutlook(
        id=product.id,
        name=product.name,
        status=status_of(portions.count, mean),
        portions=portions.count,
        scarcest=basis.menu.ingredients[portions.scarcest].name if portions.scarcest else None,
        forecasts=methods,
        advice=None if mean is None else _advice(basis, basis.recipes[product.id], mean),
    )


def _advice(basis: _Basis, recipe: Mapping[int, Decimal], mean: Decimal) -> Advice | None:
    short = [basis.supplies[key] for key in short_of(recipe, basis.on_hand, mean)]
    if not short:
        return None
    sentences = tuple(advice_text(each, day=basis.day, today=basis.today) for each in short)
    packs = {supply.ingredient.id: supply.packs for supply in short if supply.packs}
    return Advice(sentences, packs)


def _forecasts(run: ForecastRun | None) -> dict[int, dict[str, Forecast]]:
    found: dict[int, dict[str, Forecast]] = defaultdict(dict)
    for forecast in Forecast.objects.filter(run=run):
        found[forecast.product_id][forecast.method] = forecast
    return found


def _means(forecasts: Mapping[int, Mapping[str, Forecast]]) -> list[tuple[int, Decimal]]:
    return [
        (product_id, by_method[BASELINE].mean)
        for product_id, by_method in forecasts.items()
        if BASELINE in by_method and by_method[BASELINE].mean is not None
    ]


def _methods(by_method: Mapping[str, Forecast]) -> tuple[MethodForecast, ...]:
    return tuple(
        MethodForecast(name, method.title, f.mean, f.lower, f.upper, f.note, f.error)
        for name, method in METHODS.items()
        if (f := by_method.get(name))
    )


def _accuracy(run: ForecastRun | None) -> tuple[Accuracy, ...]:
    found = run.accuracy if run else {}
    return tuple(
        Accuracy(
            name,
            method.title,
            found[name]["wape"] and Decimal(found[name]["wape"]),
            found[name]["days"],
        )
        for name, method in METHODS.items()
        if name in found
    )


def _urgency(product: ProductOutlook) -> tuple:
    mean = product.baseline.mean if product.baseline else None
    return (*urgency(product.status, product.portions, mean), product.name)

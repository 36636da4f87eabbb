"""The dashboard's four periods in a browser: figures, charts, and the tables behind them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from reports.periods import PeriodKind, period_of
from tests.browser.conftest import SignIn
from tests.factories import Cafe
from tests.sales.ordering import sell

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

PRICES = {"Latte": 1000, "Espresso": 600, "Croissant": 700}
# Product by days ago: somewhere in each period and in the one before it.
SOLD = [(0, "Latte"), (0, "Croissant"), (7, "Espresso"), (31, "Latte"), (95, "Croissant")]

# Two frames later, whether anything is drawn on each canvas.
DRAWN = """async (canvases) => {
  for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
  return canvases.map((canvas) => canvas.getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value));
}"""
BARS = """(canvas) => {
  const { labels, datasets } = Chart.getChart(canvas).data;
  return labels.map((label, n) => [label, datasets[0].data[n] ?? null]);
}"""


def test_each_period_shows_its_revenue_in_figures_charts_and_tables(
    cafe: Cafe, sign_in: SignIn
) -> None:
    now = datetime.now(UTC)
    for days, product in SOLD:
        sell(cafe, product, at=now - timedelta(days=days))
    today = cafe.location.business_day(now)
    page = sign_in("manager", "/reports/", reduced_motion="reduce")

    for kind in [*PeriodKind, PeriodKind.WEEK]:  # and back, to this week
        tab = page.get_by_role("navigation", name="Period").get_by_role("link", name=kind.title())
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page")

        period = period_of(kind, today)
        sold = [p for days, p in SOLD if period.start <= today - timedelta(days=days)]
        revenue = sum(PRICES[product] for product in sold)
        expect(page.get_by_role("heading", name=period.label, exact=True)).to_be_visible()
        assert number(page.locator(".figure", has_text="Revenue").locator(".figure-value")) == (
            revenue
        )
        assert page.locator("canvas").evaluate_all(DRAWN) == [True] * 5

        over_time = table_behind(page, "Figures over time")
        assert over_time == bars(page, "revenue")
        assert sum(value or 0 for _, value in over_time) == revenue
        products = table_behind(page, "Top products", column=2)
        assert products == bars(page, "products")
        assert {name: value for name, value in products if value} == {
            product: PRICES[product] * sold.count(product) for product in sold
        }
        assert table_behind(page, "Categories", column=2) == bars(page, "categories")


def bars(page: Page, chart: str) -> list[list]:
    """Label and value of each bar of the period."""
    return page.locator(f'[data-chart="{chart}"]').evaluate(BARS)


def table_behind(page: Page, name: str, *, column: int = 1) -> list[list]:
    """Open the table; the heading and the number in `column` of each row."""
    table = page.get_by_role("region", name=name)
    page.locator("details", has=page.get_by_label(name, exact=True)).locator("summary").click()
    expect(table).to_be_visible()
    rows = [row.locator("th, td") for row in table.locator("tbody tr").all()]
    return [[cells.nth(0).inner_text(), number(cells.nth(column))] for cells in rows]


def number(cell: Locator) -> int | None:
    """A whole amount of tenge as people read it; None for a dash."""
    digits = re.sub(r"\D", "", cell.inner_text())
    return int(digits) if digits else None

"""The dashboard as people, spreadsheets and programs get it."""

import html
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urljoin

import pytest
from django.test import Client

from reports.api import SummaryOut
from reports.periods import EARLIEST, PeriodKind
from sales.cart import CartItem
from sales.models import Order, ProductSize
from stock.services import publish_menu
from tests.factories import Cafe, make_cafe, make_staff
from tests.sales.ordering import sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe(db: None) -> Cafe:
    return make_cafe()


@pytest.fixture
def manager(cafe: Cafe, client: Client) -> Client:
    client.force_login(make_staff("manager", "Manager"))
    return client


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_the_page_and_its_csv_open_for_a_manager(
    cafe: Cafe, manager: Client, kind: PeriodKind
) -> None:
    sell(cafe, "Latte")

    page = manager.get("/reports/", {"period": kind.value})
    table = manager.get("/reports/export.csv", {"period": kind.value})

    assert page.status_code == 200
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    revenue = [row.split(",")[3] for row in table.content.decode().splitlines()[1:]]
    assert sum(Decimal(sold) for sold in revenue if sold) == Order.objects.get().total


@pytest.mark.parametrize(
    ("month", "rows"),
    [
        # Of January's 31 days three have none in February beside them.
        ("2023-02-01", ["2023-01-29,2023-01-29,,,,0.00", "2023-01-31,2023-01-31,,,,1000.00"]),
        (
            "2023-03-01",
            ["2023-03-29,2023-03-29,0,0.00,0.00,", "2023-03-31,2023-03-31,0,0.00,0.00,"],
        ),
    ],
)
def test_the_csv_leaves_out_no_day_of_either_period(
    cafe: Cafe, manager: Client, month: str, rows: list[str]
) -> None:
    sell(cafe, "Latte", at=datetime(2023, 1, 31, 7, tzinfo=UTC))

    table = manager.get("/reports/export.csv", {"period": "month", "date": month})

    lines = table.content.decode().splitlines()
    assert len(lines) == 32
    assert [lines[29], lines[31]] == rows


@pytest.mark.parametrize("days_ago", [0, 1])
def test_money_is_exact_to_the_cent_wherever_it_is_told(
    cafe: Cafe, manager: Client, days_ago: int
) -> None:
    ProductSize.objects.filter(product__name="Espresso").update(price=Decimal("4.10"))
    publish_menu()
    at = datetime.now(UTC) - timedelta(days=days_ago)
    for _ in range(3):
        sell(cafe, CartItem("Espresso", 1, "Single"), at=at)
    query = {"period": "year", "date": cafe.location.business_day(at).isoformat()}

    told = manager.get("/api/reports/summary", query).json()
    csv = manager.get("/reports/export.csv", query).content.decode()
    page = manager.get("/reports/", query).content.decode()

    assert (told["revenue"], told["average_ticket"]) == ("12.30", "4.10")
    assert SummaryOut.model_validate(told).model_dump(mode="json") == told  # as OpenAPI says
    sums = [told["products"], told["categories"], told["hours"]]
    assert [row["revenue"] for rows in sums for row in rows] == ["12.30"] * 3
    assert ",3,12.30,4.10," in csv
    assert re.findall(r'"revenue": "(12[^"]*)"', page) == ["12.30"] * 5


def test_tabs_ask_for_today_in_the_period_that_it_lies_in(cafe: Cafe, manager: Client) -> None:
    today = cafe.location.business_day(datetime.now(UTC))
    query = {"period": "year", "date": f"{today.year}-01-01"}

    page = manager.get("/reports/", query).content.decode()

    tabs = re.findall(r'class="tab" href="([^"]*)"', page)
    assert list(map(html.unescape, tabs)) == [f"?period={k.value}&date={today}" for k in PeriodKind]


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_no_link_of_the_earliest_period_leads_nowhere(
    cafe: Cafe, manager: Client, kind: PeriodKind
) -> None:
    page = manager.get("/reports/", {"period": kind.value, "date": EARLIEST.isoformat()})

    found = re.findall(r'href="([^"]*\?period=[^"]*)"', page.content.decode())

    assert len(found) >= 7
    for to in map(html.unescape, found):
        assert manager.get(urljoin("/reports/", to)).status_code == 200
    query = {"period": kind.value, "date": EARLIEST.isoformat()}
    assert manager.get("/api/reports/summary", query).json()["revenue"] == "0.00"


@pytest.mark.parametrize(
    "query",
    [{"period": "decade"}, {"date": "yesterday"}, {"date": "9999-12-31"}, {"date": "1979-12-31"}],
)
def test_a_period_that_is_none_is_not_found(cafe: Cafe, manager: Client, query: dict) -> None:
    assert manager.get("/reports/", query).status_code == 404

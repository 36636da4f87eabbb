"""Another till's history: every legible order once, every cent, and a word about the rest."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kds.models import Station
from sales.errors import IllegalMove
from sales.models import Category, Modifier, Order, OrderLine, Product, ProductSize
from sales.queries.events import events_since
from sales.queries.menu import current_menu
from sales.queries.orders import orders_since
from sales.services import recall_order
from stock.models import Location, StockMovement
from tests.assertions import row_counts
from tests.factories import Cafe, make_cafe
from tests.sales.ordering import sell

HEADER = "datetime,order,product,quantity,unit_price,size,category"
DAY = """\
2015-01-01T11:38:36,1,Hawaiian,1,13.25,M,Classic
2015-01-01T11:57:40,2,Deluxe,1,16,M,Classic
2015-01-01T11:57:40,2,Five Cheese,2,18.5,L,Veggie
2015-01-02T12:00:00,3,Hawaiian,1,16.5,L,Classic
"""


@pytest.fixture
def file(tmp_path: Path):
    """`file(lines, header=…)`: a sales file with these lines under a header."""

    def write(lines: str | bytes, *, header: str = HEADER, name: str = "sales.csv") -> Path:
        path = tmp_path / name
        body = lines if isinstance(lines, bytes) else lines.encode()
        path.write_bytes(header.encode() + b"\n" + body)
        return path

    return write


def run(path: Path, **options) -> str:
    output = StringIO()
    call_command("import_sales", path, stdout=output, **options)
    return output.getvalue()


def imported():
    return Order.objects.filter(source="import").order_by("created_at", "id")


def test_orders_arrive_completed_and_paid_with_their_lines(cafe: Cafe, file):
    output = run(file(DAY))
    assert "Imported 3 orders (4 lines), total 82.75 KZT" in output
    first, second, third = imported()
    assert [o.total for o in (first, second, third)] == [
        Decimal("13.25"),
        Decimal("53.00"),
        Decimal("16.50"),
    ]
    assert [(o.business_day, o.number) for o in (first, second, third)] == [
        (date(2015, 1, 1), 1),
        (date(2015, 1, 1), 2),
        (date(2015, 1, 2), 1),
    ]
    assert {(o.status, o.paid, o.shift_id) for o in imported()} == {("completed", True, None)}
    lines = second.lines.values_list("product_name", "size_name", "quantity", "unit_price")
    assert list(lines) == [
        ("Deluxe", "M", 1, Decimal("16.00")),
        ("Five Cheese", "L", 2, Decimal("18.50")),
    ]


def test_prices_include_tax_and_the_tax_adds_up(cafe: Cafe, file):
    run(file(DAY))
    order = imported()[1]
    assert (order.subtotal, order.total, order.tax_inclusive) == (53, 53, True)
    assert order.tax == Decimal("5.68")  # 53 × 12 / 112
    assert sum(line.tax for line in order.lines.all()) == order.tax


def test_a_naive_time_is_the_cafes_own_and_the_small_hours_belong_to_the_day_before(
    cafe: Cafe, file
):
    run(
        file(
            "2015-03-01T02:30:00,night,Tea,1,1,,\n"
            "2015-03-01T00:30:00+00:00,abroad,Tea,1,1,,\n"
            "2015-03-01 12:00,noon,Tea,1,1,,\n"
        )
    )
    night, abroad, noon = imported()
    assert night.created_at == datetime(2015, 2, 28, 20, 30, tzinfo=UTC)  # Almaty was at +06:00
    assert (night.business_day, night.hour, night.weekday) == (date(2015, 2, 28), 2, 5)
    assert (abroad.business_day, abroad.hour) == (date(2015, 3, 1), 6)
    assert noon.hour == 12


def test_a_second_run_changes_nothing_and_says_so(cafe: Cafe, file):
    run(file(DAY))
    before = row_counts()
    revision = Location.objects.get().revision
    output = run(file(DAY))
    assert "Nothing was added" in output
    assert "3 orders were there already" in output
    assert row_counts() == before
    assert Location.objects.get().revision == revision


def test_the_same_orders_from_a_renamed_or_longer_file_are_recognised(cafe: Cafe, file):
    run(file(DAY))
    more = DAY + "2015-01-03T09:00:00,4,Deluxe,1,16,M,Classic\n"
    output = run(file(more, name="copy.csv"))
    assert "Imported 1 orders" in output
    assert imported().count() == 4


def test_an_order_that_changed_is_refused_and_stays(cafe: Cafe, file):
    run(file(DAY))
    output = run(file(DAY.replace("1,13.25", "2,13.25")))
    assert "order 1 (line 2): this order was imported before with other lines" in output
    assert imported()[0].total == Decimal("13.25")


def test_order_numbers_that_restart_each_day_or_till_stay_apart(cafe: Cafe, file):
    restarted = "2015-01-01T10:00,1,Tea,1,1,,\n2015-01-02T10:00,1,Tea,1,1,,\n"
    run(file(restarted))
    run(file(restarted.replace("Tea", "Cake")), source="kiosk")
    assert imported().count() == 4
    assert list(imported().filter(business_day="2015-01-01").values_list("number")) == [(1,), (2,)]


def test_an_orders_lines_may_stand_anywhere_and_the_file_in_any_order(cafe: Cafe, file):
    lines = DAY.splitlines()
    shuffled = "\n".join([lines[3], lines[2], lines[0], lines[1]])
    run(file(shuffled))
    assert [o.total for o in imported()] == [Decimal("13.25"), 53, Decimal("16.50")]
    assert imported()[1].lines.count() == 2


def test_lacking_products_sizes_and_categories_are_created_off_sale(cafe: Cafe, file):
    output = run(file(DAY))
    assert "Created 3 products and 4 sizes" in output
    hawaiian = Product.objects.get(name="Hawaiian")
    assert (hawaiian.category.name, hawaiian.on_sale, hawaiian.recipe.count()) == (
        "Classic",
        False,
        0,
    )
    sizes = hawaiian.sizes.values_list("name", "price")
    assert list(sizes) == [("M", Decimal("13.25")), ("L", Decimal("16.50"))]
    assert set(Category.objects.filter(name__in=["Classic", "Veggie"])) == {
        hawaiian.category,
        Product.objects.get(name="Five Cheese").category,
    }
    assert OrderLine.objects.get(product=hawaiian, size_name="M").category == hawaiian.category


def test_on_sale_puts_the_products_on_the_till_even_later(cafe: Cafe, file):
    run(file(DAY))
    run(file(DAY), on_sale=True)
    menu = current_menu(cafe.location.pk)
    assert menu.find("Hawaiian").on_sale
    assert menu.find("hawaiian").size("L").price == Decimal("16.50")
    assert sell(cafe, "Five Cheese").total == Decimal("18.50")


def test_on_sale_lets_the_kitchen_see_what_no_station_prepares(cafe: Cafe, file):
    bar = Station.objects.create(location=cafe.location, name="Bar", slug="bar")
    food = Station.objects.create(location=cafe.location, name="Food", slug="food")
    bar.categories.set(Category.objects.filter(name="Coffee"))
    food.categories.set(Category.objects.filter(name="Food"))
    run(file(DAY + "2015-01-02T13:00:00,4,Latte,1,1000,M,Coffee\n"))
    assert food.categories.count() == 1
    output = run(file(DAY), on_sale=True)
    assert "Every kitchen display now shows Classic, Veggie" in output
    for station, own in ((bar, "Coffee"), (food, "Food")):
        names = set(station.categories.values_list("name", flat=True))
        assert names == {own, "Classic", "Veggie"}
    food.categories.remove(Category.objects.get(name="Veggie"))
    assert "kitchen" not in run(file(DAY), on_sale=True)
    assert food.categories.count() == 2


def test_the_newest_price_of_a_size_is_its_price_on_the_menu(cafe: Cafe, file):
    run(file("2015-02-01T10:00,2,Tea,1,3.00,,\n2015-01-01T10:00,1,Tea,1,2.00,,\n"))
    assert ProductSize.objects.get(product__name="Tea").price == 3


def test_products_there_already_keep_their_sizes_prices_and_recipes(cafe: Cafe, file):
    counts = row_counts()
    run(file("2015-01-01T10:00,1,latte,1,999,XXL,Sweets\n2015-01-01T10:01,2,Latte,1,5,M,Coffee\n"))
    latte = cafe.products["Latte"]
    assert list(latte.sizes.values_list("name", flat=True)) == ["S", "M", "L"]
    assert latte.sizes.get(name="M").price == 1000
    assert row_counts()["sales.Product"] == counts["sales.Product"]
    assert OrderLine.objects.get(size_name="XXL").product == latte


def test_modifiers_are_kept_and_recognised_by_name(cafe: Cafe, file):
    path = file(
        "2015-01-01T10:00,1,Latte,1,1450,almond milk | Gold dust\n",
        header="datetime,order,product,quantity,unit_price,modifiers",
    )
    run(path)
    line = OrderLine.objects.get()
    assert [(m.name, m.modifier) for m in line.modifiers.all()] == [
        ("almond milk", Modifier.objects.get(name="Almond milk")),
        ("Gold dust", None),
    ]
    assert line.total == 1450


def test_history_takes_no_stock_no_drawer_and_no_place_in_the_live_feed(cafe: Cafe, file):
    before = (StockMovement.objects.count(), Location.objects.get().revision)
    run(file("2015-01-01T10:00,1,Latte,1,1000,M,Coffee\n"))
    assert StockMovement.objects.count() == before[0]
    assert Location.objects.get().revision > before[1]  # the boards look again
    assert orders_since(cafe.location.pk, since=0)[1] == []
    told = [event["type"] for event in events_since(cafe.location.pk, before[1])[1]]
    assert "order.changed" not in told
    assert cafe.shift.orders.count() == 0


def test_what_was_booked_before_an_import_broke_off_has_a_revision(cafe: Cafe, file, monkeypatch):
    monkeypatch.setattr("sales.services.imports.BATCH", 2)
    before = Location.objects.get().revision
    run(file(DAY))
    revisions = list(imported().values_list("revision", flat=True))
    assert before < revisions[0] == revisions[1] < revisions[2] == Location.objects.get().revision


def test_an_imported_order_is_not_recalled(cafe: Cafe, file):
    at = f"{timezone.now() - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    run(file(f"{at},1,Latte,1,1000,M,Coffee\n"))
    with pytest.raises(IllegalMove):
        recall_order(order_id=imported().get().pk, location_id=cafe.location.pk)


def test_numbers_go_on_after_those_of_the_day_and_live_orders_after_them(cafe: Cafe, file):
    at = datetime.combine(date(2024, 5, 6), time(8, 0), tzinfo=UTC)
    assert sell(cafe, "Espresso", at=at).number == 1
    run(file("2024-05-06T09:00,a,Tea,1,1,,\n2024-05-06T09:05,b,Tea,1,1,,\n"))
    assert list(imported().values_list("number", flat=True)) == [2, 3]
    assert sell(cafe, "Espresso", at=at).number == 4


REJECTS = [
    ("2015-13-01T10:00,9,Tea,1,1,,", "is not ISO 8601"),
    ("31.12.2015 10:00,9,Tea,1,1,,", "is not ISO 8601"),
    ("2015-12-31,9,Tea,1,1,,", "has no time of day"),
    ("2999-01-01T10:00,9,Tea,1,1,,", "lies in the future"),
    ("2015-01-01T10:00,,Tea,1,1,,", "order is empty"),
    ("2015-01-01T10:00,9, ,1,1,,", "product is empty"),
    ("2015-01-01T10:00,9,Tea,0,1,,", "quantity '0'"),
    ("2015-01-01T10:00,9,Tea,-1,1,,", "quantity '-1'"),
    ("2015-01-01T10:00,9,Tea,1.5,1,,", "quantity '1.5'"),
    ("2015-01-01T10:00,9,Tea,NaN,1,,", "quantity 'NaN' is not a number"),
    ("2015-01-01T10:00,9,Tea,1e9,1,,", "quantity '1e9'"),
    ("2015-01-01T10:00,9,Tea,1,,,", "unit_price '' is not a number"),
    ("2015-01-01T10:00,9,Tea,1,-2,,", "unit_price '-2'"),
    ("2015-01-01T10:00,9,Tea,1,1.005,,", "two decimals"),
    ("2015-01-01T10:00,9,Tea,1,1e99,,", "unit_price '1e99'"),
    ("2015-01-01T10:00,9,Tea,1,1", "has 5 fields instead of 7"),
    ('2015-01-01T10:00,9,"Tea,1,1,,', "quotation marks"),
    ("2015-01-01T10:00,9,T\0a,1,1,,", "control character"),
    (f"2015-01-01T10:00,9,{'x' * 81},1,1,,", "longer than 80"),
    (f"2015-01-01T10:00,9,Tea,1,1,{'x' * 21},", "longer than 20"),
]


@pytest.mark.parametrize(("line", "reason"), REJECTS)
def test_a_line_that_cannot_be_read_is_named_with_its_reason(cafe: Cafe, file, line, reason):
    output = run(file(DAY + line + "\n"))
    assert "Rejected 1 lines:" in output
    assert "  line 6: " in output
    assert reason in output
    assert imported().count() == 3


def test_bytes_that_are_not_utf8_spoil_their_line_only(cafe: Cafe, file):
    bad = "2015-01-01T10:00,9,Café,1,1,,\n".encode("latin-1")
    output = run(file(bad + DAY.encode()))
    assert "line 2: it is not UTF-8" in output
    assert imported().count() == 3


def test_an_order_with_a_bad_line_waits_whole_until_it_is_mended(cafe: Cafe, file, tmp_path):
    rejects = tmp_path / "rejects.csv"
    broken = DAY.replace("Five Cheese,2", "Five Cheese,two")
    output = run(file(broken), rejects=rejects)
    assert "line 3: held back with line 4 of the same order" in output
    assert [o.total for o in imported()] == [Decimal("13.25"), Decimal("16.50")]
    mended = rejects.read_text().replace("Five Cheese,two", "Five Cheese,2")
    rejects.write_text(mended)
    assert "Imported 1 orders (2 lines), total 53.00" in run(rejects)


def test_semicolons_a_byte_order_mark_decimal_commas_and_another_column_order(cafe: Cafe, file):
    path = file(
        "2,5;Tea; 3 ;T-1;2015-01-01T10:00\n\n",
        header="\ufeffUnit_Price;product;Quantity;ORDER;datetime",
    )
    run(path)
    assert imported().get().total == Decimal("7.50")


def test_a_file_without_the_columns_is_refused_by_their_names(cafe: Cafe, file):
    path = file("2016-01-02,17,101,400\n", header="date,store,product,quantity")
    with pytest.raises(CommandError, match="lacks datetime, order, unit_price"):
        run(path)


def test_a_missing_or_empty_file_fails(cafe: Cafe, file, tmp_path):
    with pytest.raises(CommandError, match="cannot be opened"):
        run(tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match="Not one line"):
        run(file(""))


def test_a_file_of_nothing_but_rejects_fails(cafe: Cafe, file):
    with pytest.raises(CommandError, match="Not one line"):
        run(file("yesterday,1,Tea,1,1,,\n"))


def test_a_cafe_must_be_named_where_there_are_several(cafe: Cafe, file):
    harbour = make_cafe(slug="harbour", open_shift=False, stock=0)
    with pytest.raises(CommandError, match=r"several cafés.*corner, harbour"):
        run(file(DAY))
    run(file(DAY), location="harbour")
    assert set(Order.objects.values_list("location", flat=True)) == {harbour.location.pk}


def test_amounts_in_another_currency_are_refused(cafe: Cafe, file):
    with pytest.raises(CommandError, match="counts in KZT, not USD"):
        run(file(DAY), currency="USD")


def test_without_a_cafe_it_says_how_to_get_one_and_can_open_it(db, file):
    with pytest.raises(CommandError, match="--create-location"):
        run(file(DAY))
    options = {"create_location": "Pier 9", "time_zone": "Europe/Berlin", "currency": "USD"}
    for _ in range(2):
        run(file(DAY), **options)
    location = Location.objects.get()
    assert (location.slug, location.currency) == ("pier-9", "USD")
    assert imported()[0].created_at == datetime(2015, 1, 1, 10, 38, 36, tzinfo=UTC)
    assert imported().count() == 3


def test_many_days_and_orders_agree_to_the_cent(cafe: Cafe, file):
    lines, expected = [], Decimal(0)
    for number in range(1200):
        price = Decimal(number % 97) + Decimal("0.05")
        expected += price * (number % 3 + 1)
        day = f"2014-{number % 12 + 1:02}-{number % 28 + 1:02}T12:{number % 60:02}"
        lines.append(f"{day},{number // 2},P{number % 7},{number % 3 + 1},{price},,\n")
    output = run(file("".join(lines)))
    assert f"total {expected:,} KZT" in output
    assert sum(Order.objects.values_list("total", flat=True)) == expected
    assert sum(OrderLine.objects.values_list("total", flat=True)) == expected


def test_a_rejects_file_that_cannot_be_written_is_refused_before_anything_is_booked(
    cafe: Cafe, file, tmp_path
):
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        run(file(DAY), rejects=tmp_path / "nowhere" / "rejects.csv")
    assert not imported().exists()


def test_the_rejects_may_take_the_place_of_the_file(cafe: Cafe, file):
    path = file(DAY + "2015-01-03T09:00:00,4,Deluxe,none,16,M,Classic\n")
    run(path, rejects=path)
    assert imported().count() == 3
    header, rejected = path.read_text().splitlines()
    assert header.startswith("line,reason,datetime")
    assert "Deluxe" in rejected


def test_a_field_far_too_long_is_called_that(cafe: Cafe, file):
    output = run(file(DAY + f"2015-01-03T09:00:00,4,{'x' * 200_000},1,16,M,Classic\n"))
    assert "it has a field that is far too long" in output

"""A day of sales played again through the API of a café that is really served."""

from datetime import date
from io import StringIO
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from django.core.management import CommandError, call_command

from sales.models import Order, Payment
from sales.services.tokens import create_token
from tests.factories import Cafe, make_staff
from tests.served import ServedCafe
from tests.servers import free_port, wait_until

HEADER = "datetime,order,product,quantity,unit_price,size,modifiers\n"
QUIET_DAY = "2015-11-26T12:00:00,1,Espresso,1,600,Single,\n"
BUSY_DAY = """\
2015-11-27T11:00:00,7,Latte,1,1450,M,Almond milk|Vanilla
2015-11-27T11:30:00,8,Croissant,2,700,Regular,
2015-11-27T11:30:00,8,Espresso,1,800,Double,
2015-11-27T12:00:00,9,Latte,1,1200,L,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text(HEADER + QUIET_DAY + BUSY_DAY)
    return path


@pytest.fixture
def token(live_cafe: Cafe) -> str:
    return create_token(user=make_staff("till", "Cashier"))


def replay(path: Path, server: ServedCafe, **options) -> str:
    options = {"url": server.base_url, "speed": 1e6, "stdout": StringIO()} | options
    call_command("replay_day", path, **options)
    return options["stdout"].getvalue()


def test_the_busiest_day_arrives_whole_with_its_gaps_and_once(
    live_cafe, live_server_process, token, file
):
    began = monotonic()
    output = replay(file, live_server_process, token=token, speed=1800.0)
    assert monotonic() - began >= 2  # an hour in two seconds
    assert "Sent 3 orders" in output
    assert "Their total is 4,850.00" in output
    orders = Order.objects.order_by("number")
    assert [(o.source, o.status, o.total) for o in orders] == [
        ("api", "pending", 1450),
        ("api", "pending", 2200),
        ("api", "pending", 1200),
    ]
    latte = orders[0].lines.get()
    assert set(latte.modifiers.values_list("name", flat=True)) == {"Almond milk", "Vanilla"}
    assert [line.size_name for line in orders[1].lines.all()] == ["", "Double"]
    assert all(p.amount - p.change == p.order.total for p in Payment.objects.all())
    output = replay(file, live_server_process, token=token)
    assert "Sent 0 orders, 3 were placed by an earlier start" in output
    assert Order.objects.count() == 3
    replay(file, live_server_process, token=token, run="again")
    assert Order.objects.count() == 6


def test_who_may_not_order_is_told_so_and_a_cashier_may(live_cafe, live_server_process, file):
    make_staff("cashier", "Cashier")
    for token in ("", "sc_wrong"):
        with pytest.raises(CommandError, match="Sign in with --token"):
            replay(file, live_server_process, token=token)
    with pytest.raises(CommandError, match="could not sign in"):
        replay(file, live_server_process, username="nobody", password="nothing")
    cashier = {"username": "cashier", "password": "coffee"}
    output = replay(file, live_server_process, **cashier, date=date(2015, 11, 26))
    assert "Sent 1 orders" in output
    assert Order.objects.get().placed_by.username == "cashier"


def test_what_is_not_on_sale_is_named_before_anything_is_sent(
    live_cafe, live_server_process, token, file
):
    file.write_text(
        HEADER
        + BUSY_DAY
        + "2015-11-27T13:00:00,10,Pizza,1,13.25,M,\n2015-11-27T13:00:00,11,Latte,1,9,XXL,Chili\n"
    )
    with pytest.raises(CommandError) as refused:
        replay(file, live_server_process, token=token)
    text = str(refused.value)
    assert all(name in text for name in ("Pizza", "Latte in size XXL", "Latte with Chili"))
    assert "import_sales" in text
    assert Order.objects.count() == 0
    pizza = file.with_name("pizza.csv")
    pizza.write_text(HEADER + "2015-11-27T13:00:00,10,Pizza,1,13.25,M,\n")
    call_command("import_sales", pizza, on_sale=True, stdout=StringIO())
    assert "Their total is 13.25" in replay(pizza, live_server_process, token=token)
    output = StringIO()
    file.write_text(HEADER + BUSY_DAY + "2015-11-27T13:00:00,12,Espresso,1000,1,Double,\n")
    with pytest.raises(CommandError, match="Not every order"):
        replay(file, live_server_process, token=token, stdout=output)
    assert "Sent 3 orders, 0 were placed by an earlier start, 1 refused" in output.getvalue()
    assert "order 12: The quantity" in output.getvalue()


@pytest.mark.once
def test_a_server_killed_half_way_gets_every_order_once(
    live_cafe, live_server_process, token, tmp_path
):
    path = tmp_path / "day.csv"
    path.write_text(
        HEADER + "".join(f"2015-11-27T11:00:{n:02},{n},Espresso,1,600,Single,\n" for n in range(40))
    )
    output = StringIO()
    options = {"token": token, "url": live_server_process.base_url, "speed": 10.0}
    thread = Thread(
        target=call_command, args=("replay_day", path), kwargs=options | {"stdout": output}
    )
    thread.start()
    wait_until(lambda: Order.objects.count() >= 3, seconds=60, what="the first orders")
    live_server_process.kill()
    live_server_process.start()
    thread.join()
    assert Order.objects.count() == 40
    assert "0 refused, 0 not sent" in output.getvalue()


def test_a_cafe_that_stays_away_fails_after_our_patience(file):
    with pytest.raises(CommandError, match="No answer from"):
        call_command(
            "replay_day",
            file,
            url=f"http://127.0.0.1:{free_port()}",
            token="x",
            patience=0.5,
            stdout=StringIO(),
        )


def test_a_day_without_orders_and_a_bad_date_are_refused(file):
    with pytest.raises(CommandError, match="no orders on 2015-01-01"):
        call_command("replay_day", file, "--date", "2015-01-01", stdout=StringIO())
    with pytest.raises(CommandError, match="is not a date"):
        call_command("replay_day", file, "--date", "Friday", stdout=StringIO())
    with pytest.raises(CommandError, match="above zero"):
        call_command("replay_day", file, "--speed", "0", stdout=StringIO())


def test_a_cafe_that_is_not_there_is_not_a_question_of_signing_in(
    live_cafe, live_server_process, token, file
):
    with pytest.raises(CommandError, match=r"no such \w+\.$") as refused:
        replay(file, live_server_process, token=token, location="nope")
    assert "Sign in" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://cafe", "http://", "http://cafe:http", "http://[", "http://a cafe"]
)
def test_an_address_that_is_none_is_refused_in_words(file, url):
    with pytest.raises(CommandError, match="is not an address such as"):
        call_command("replay_day", file, url=url, stdout=StringIO())


def test_a_token_with_a_line_break_is_refused_and_not_shown(file):
    with pytest.raises(CommandError, match="The token has a line break") as refused:
        call_command("replay_day", file, token="sc_a\nsc_b", stdout=StringIO())
    assert "sc_a" not in str(refused.value)

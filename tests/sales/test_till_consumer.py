"""The live till: a tile is pushed when it changes, the grid when the menu or the shift does."""

from contextlib import asynccontextmanager

import pytest

from sales.models import ProductSize
from sales.queries import grid
from sales.queries.grid import stock_on_hand
from sales.services import close_shift
from stock.services import publish_menu
from tests.factories import make_staff
from tests.sales.ordering import revision, sell
from tests.sales.test_grid import leave
from tests.sockets import in_thread, viewing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cashier(live_cafe):
    return make_staff("cashier", "Cashier")


def change_price(product) -> None:
    ProductSize.objects.filter(product=product).update(price=750)
    publish_menu()


@asynccontextmanager
async def compared(cafe, cashier):
    """A page of this very revision that has been compared with the database."""
    now = await in_thread(revision)(cafe)
    async with viewing(f"/ws/till/?revision={now}", cashier) as viewer:
        await viewer.reach(now)
        yield viewer


async def test_a_page_of_this_very_revision_is_told_nothing(live_cafe, cashier):
    async with compared(live_cafe, cashier) as viewer:
        pass
    assert viewer.frames == []


async def test_a_sale_while_a_new_page_is_compared_reaches_it(live_cafe, cashier, monkeypatch):
    await in_thread(leave)(live_cafe, "Croissant dough", 2)
    path = f"/ws/till/?revision={await in_thread(revision)(live_cafe)}"
    reads = []

    def sell_between(location_id: int) -> dict:
        reads.append(location_id)
        if len(reads) == 1:  # the revision has been read, the stock not yet
            sell(live_cafe, "Croissant")
        return stock_on_hand(location_id)

    monkeypatch.setattr(grid, "stock_on_hand", sell_between)
    async with viewing(path, cashier) as viewer:
        assert "1 left" in await viewer.next()


async def test_an_older_page_gets_tabs_grid_and_shift(live_cafe, cashier):
    async with viewing("/ws/till/?revision=0", cashier) as viewer:
        frame = await viewer.next()
    for part in ('id="tabs"', 'id="grid"', 'id="shift"'):
        assert part in frame


async def test_a_sale_that_changes_no_tile_pushes_nothing(live_cafe, cashier):
    async with compared(live_cafe, cashier) as viewer:
        order = await in_thread(sell)(live_cafe, "Latte")
        await viewer.reach(order.revision)
    assert viewer.frames == []


async def test_a_countdown_and_a_sold_out_product_push_their_tile_alone(live_cafe, cashier):
    await in_thread(leave)(live_cafe, "Croissant dough", 2)
    async with compared(live_cafe, cashier) as viewer:
        await in_thread(sell)(live_cafe, "Croissant")
        countdown = await viewer.next()
        await in_thread(sell)(live_cafe, "Croissant")
        sold_out = await viewer.next()
    assert "1 left" in countdown
    assert "Sold out" in sold_out
    for frame in (countdown, sold_out):
        assert frame.count("<button") == 1
        assert f'id="product-{live_cafe.products["Croissant"].pk}" hx-swap-oob="true"' in frame


async def test_a_new_price_pushes_the_grid(live_cafe, cashier):
    async with compared(live_cafe, cashier) as viewer:
        await in_thread(change_price)(live_cafe.products["Croissant"])
        frame = await viewer.next()
    assert 'id="grid"' in frame
    assert "750" in frame


async def test_a_shift_closed_elsewhere_locks_the_till(live_cafe, cashier):
    async with compared(live_cafe, cashier) as viewer:
        await in_thread(close_shift)(
            location_id=live_cafe.location.pk, counted_cash="0", user_id=None
        )
        frame = await viewer.next()
    assert "The shift is closed" in frame
    assert 'class="tile"' not in frame


async def test_a_barista_has_no_till(live_cafe, barista):
    async with viewing("/ws/till/", barista) as viewer:
        assert await viewer.close_code() == 4003

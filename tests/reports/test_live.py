"""The revenue board, served and pushed."""

import pytest
from django.test import Client

from sales.services import cancel_order
from tests.factories import make_staff
from tests.sales.ordering import sell
from tests.screens import figures_shown, figures_truth
from tests.sockets import in_thread, viewing

pytestmark = pytest.mark.django_db(transaction=True)


async def test_revenue_rises_by_the_order_and_falls_when_it_is_cancelled(live_cafe, manager):
    place = live_cafe.location.pk
    async with viewing("/ws/board/", manager) as viewer:
        await viewer.next()
        first = await in_thread(sell)(live_cafe, "Latte", "Croissant", cash=2000)
        await viewer.reach(first.revision)
        assert figures_shown(viewer.frames) == ["1\u202f700\xa0₸", "1", "1\u202f700\xa0₸", "1"]
        await in_thread(cancel_order)(order_id=first.id, location_id=place)
        await viewer.reach(first.revision + 1)
        assert figures_shown(viewer.frames) == ["0\xa0₸", "0", "–", "0"]
        assert figures_shown(viewer.frames) == await in_thread(figures_truth)(place)
        assert "Cancelled" in viewer.frames[-1]


async def test_it_moves_on_when_nothing_happens(live_cafe, manager, monkeypatch):
    """Its comparison is with this time of day, so it is pushed again now and then."""
    monkeypatch.setattr("reports.consumers.BoardConsumer.refresh_seconds", 0.5)
    async with viewing("/ws/board/", manager) as viewer:
        first, second = await viewer.next(), await viewer.next()
    assert figures_shown([first]) == figures_shown([second])


def test_the_page_shows_the_day_so_far(live_cafe, manager):
    order = sell(live_cafe, "Latte", cash=2000)
    client = Client()
    client.force_login(manager)
    page = client.get("/reports/live/").content.decode()
    assert figures_shown([page]) == figures_truth(live_cafe.location.pk)
    assert f'ws-connect="/ws/board/?revision={order.revision}&amp;location=corner"' in page
    assert f'id="feed-{order.id}"' in page


@pytest.mark.parametrize("role", ["Cashier", "Barista"])
async def test_revenue_is_for_managers(live_cafe, role):
    other = await in_thread(make_staff)("other", role)
    async with viewing("/ws/board/", other) as viewer:
        assert await viewer.close_code() == 4003
    client = Client()
    await in_thread(client.force_login)(other)
    assert (await in_thread(client.get)("/reports/live/")).status_code == 403

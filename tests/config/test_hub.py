"""Receiving: who may look, for how long, and how often a change is rendered."""

import time
from contextlib import AsyncExitStack

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from config import hub
from kds.consumers import StationConsumer
from sales.models import ApiToken, Order, StaffProfile
from sales.services.tokens import create_token
from stock.models import Location, StockMovement
from tests.sales.ordering import sell
from tests.screens import kitchen_shown
from tests.sockets import Viewer, in_thread, session_cookie, viewing

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN = 2.0 + 4.0  # the promise, and slack for a busy machine


async def closes(viewer: Viewer, code: int) -> None:
    """The server closes with `code` within two seconds."""
    started = time.monotonic()
    assert await viewer.close_code() == code
    assert time.monotonic() - started < WITHIN


async def test_a_pulse_comes_with_every_heartbeat_and_names_the_revision(live_cafe, barista):
    async with viewing("/ws/kds/bar/", barista) as viewer:
        order = await in_thread(sell)(live_cafe, "Latte")
        await viewer.reach(order.revision)
        beats = []
        for _ in range(2):
            pulse = await viewer.receive_json_from(WITHIN)
            beats.append(pulse["pulse"])
            assert abs(pulse["now"] / 1000 - time.time()) < WITHIN
    assert beats == [order.revision] * 2


async def test_logging_out_closes_the_socket(live_cafe, barista):
    client = Client()
    await in_thread(client.force_login)(barista)
    cookie = (b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode())
    async with viewing("/ws/kds/bar/", headers=[cookie]) as viewer:
        await viewer.next()
        await in_thread(client.logout)()
        await closes(viewer, 4001)


async def test_a_new_password_closes_the_sockets_of_the_old_one(live_cafe, barista):
    async with viewing("/ws/kds/bar/", barista) as viewer:
        await viewer.next()
        barista.set_password("another one")
        await in_thread(barista.save)()
        await closes(viewer, 4001)


async def test_leaving_the_team_closes_the_socket(live_cafe, barista):
    async with viewing("/ws/kds/bar/", barista) as viewer:
        await viewer.next()
        barista.is_active = False
        await in_thread(barista.save)()
        await closes(viewer, 4001)


async def test_another_role_closes_what_it_does_not_include(live_cafe, barista):
    async with viewing("/ws/kds/bar/", barista) as bar, viewing("/ws/ready/", barista) as ready:
        await bar.next()
        await ready.next()
        await in_thread(barista.groups.set)([await in_thread(Group.objects.get)(name="Cashier")])
        await closes(bar, 4003)
        order = await in_thread(sell)(live_cafe, "Latte")
        await ready.reach(order.revision)


async def test_working_elsewhere_closes_the_socket(live_cafe, barista):
    other = await in_thread(Location.objects.create)(name="Other", slug="other")
    async with viewing("/ws/kds/bar/?location=corner", barista) as viewer:
        await viewer.next()
        profile = await in_thread(StaffProfile.objects.create)(user=barista)
        await in_thread(profile.locations.set)([other])
        await closes(viewer, 4003)


async def test_revoking_a_token_closes_the_socket(live_cafe, manager):
    token = await in_thread(create_token)(user=manager)
    async with viewing("/ws/kds/bar/", token=token) as viewer:
        await viewer.next()
        await in_thread(ApiToken.objects.all().delete)()
        await closes(viewer, 4001)


@pytest.mark.parametrize("path", ["/ws/kds/bar/", "/ws/ready/", "/ws/board/", "/ws/events/"])
async def test_nobody_looks_without_signing_in(live_cafe, path):
    async with viewing(path) as viewer:
        assert await viewer.close_code() == 4001
    async with viewing(path, headers=[(b"cookie", b"sessionid=made-up; x")]) as viewer:
        assert await viewer.close_code() == 4001


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        (b"http://testserver:8000", True),
        (b"http://TESTSERVER:8000", True),
        (b"http://testserver:8001", False),
        (b"http://testserver", False),
        (b"http://evil.example:8000", False),
        (b"null", False),
        (b"", False),
    ],
)
async def test_only_pages_of_this_host_and_port_may_connect(live_cafe, origin, welcome):
    headers = [(b"host", b"testserver:8000")]
    headers += [(b"origin", origin)] if origin is not None else []
    viewer = Viewer("/ws/ready/", headers=headers)
    connected, _code = await viewer.connect()
    assert connected is welcome
    await viewer.disconnect()


async def test_one_change_is_rendered_once_for_twenty_sockets(live_cafe, barista, monkeypatch):
    """Counts the calls of the real renderers. On a busy machine what they made may have to last."""
    monkeypatch.setattr(hub, "RENDER_SECONDS", 60.0)
    calls = []
    for name in ("region", "fragment"):
        monkeypatch.setattr(StationConsumer, name, counted(name, calls))
    cookie = await in_thread(session_cookie)(barista)
    async with AsyncExitStack() as stack:
        path = "/ws/kds/bar/"
        viewers = [
            await stack.enter_async_context(viewing(path, headers=[cookie])) for _ in range(20)
        ]
        for viewer in viewers:
            await viewer.next()
        calls.clear()
        order = await in_thread(sell)(live_cafe, "Latte")
        for viewer in viewers:
            await viewer.reach(order.revision)
    assert {str(kitchen_shown(viewer.frames)) for viewer in viewers} == {
        str({order.id: (order.revision, "pending")})
    }
    assert len(calls) == 1


@pytest.mark.parametrize("page_is_of_the_backup", [False, True])
async def test_after_a_backup_is_restored_screens_begin_anew(
    live_cafe, barista, page_is_of_the_backup
):
    """The revision falls; what is shown is thrown away, whatever the page was rendered at."""
    place = live_cafe.location.pk
    before = await in_thread(Location.objects.get)(pk=place)
    query = f"?revision={before.revision}" if page_is_of_the_backup else ""
    async with viewing(f"/ws/kds/bar/{query}", barista) as viewer:
        order = await in_thread(sell)(live_cafe, "Latte")
        await viewer.until(lambda: kitchen_shown(viewer.frames))
        await viewer.reach(order.revision)
        await viewer.receive_json_from(WITHIN)  # the database has been met at this revision
        await in_thread(take_back)(order.id, before)
        await viewer.until(lambda: not kitchen_shown(viewer.frames))
        assert viewer.revision == before.revision


def take_back(order_id: int, location: Location) -> None:
    """Make the database what it was before the order, as a restored backup does."""
    order = Order.objects.get(pk=order_id)
    order.payments.all().delete()
    order.delete()
    StockMovement.objects.filter(reference=f"order:{order_id}").delete()
    location.save()


def counted(name: str, calls: list):
    rendered = getattr(StationConsumer, name)

    def count(self, *args):
        calls.append((name, *args))
        return rendered(self, *args)

    return count

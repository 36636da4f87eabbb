"""Deny by default: each address and each socket says who may come in, and means it."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client

from config.access import PUBLIC, SIGNED_IN
from config.asgi import sockets
from config.consumers import NO_SUCH_SCREEN, NOT_ALLOWED, SIGNED_OUT, UnknownConsumer
from config.routing import websocket_urlpatterns
from kds.models import Station
from sales.roles import BARISTA, CASHIER, MANAGER, ROLES
from tests.config.endpoints import ARGUMENT, SAMPLES, Endpoint, endpoints
from tests.factories import make_cafe, make_staff
from tests.sockets import in_thread, session_cookie

PUBLIC_PATHS = {"/login/", "/admin/login/", "/healthz", "/readyz"}
# Only there to be reversed: it has nothing to show to anybody.
NOWHERE = "/api/"
ANYONE = "anonymous"
NO_ROLE = "no role"
ENDPOINTS = [endpoint for endpoint in endpoints() if endpoint.path != NOWHERE]
SCREENS = [pattern for pattern in websocket_urlpatterns if pattern.pattern.regex.pattern]


def may(user: User | AnonymousUser, permissions: tuple[str, ...]) -> bool:
    """What the declaration promises, by Django's own reading of the role."""
    if PUBLIC in permissions:
        return True
    known = user.is_authenticated
    return known and (SIGNED_IN in permissions or any(map(user.has_perm, permissions)))


@pytest.fixture
def quiet() -> Iterator[None]:
    """Hundreds of refusals, as they should be, are not worth a log each."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def people(db) -> dict[str, User | AnonymousUser]:
    cafe = make_cafe()
    Station.objects.create(location=cafe.location, name="Bar", slug="bar")
    staff = {role: make_staff(role.lower(), role) for role in ROLES}
    return {ANYONE: AnonymousUser(), NO_ROLE: User.objects.create(username="new"), **staff}


def test_every_endpoint_declares_what_it_needs():
    assert [e.path for e in ENDPOINTS if not e.permissions] == []


def test_nothing_is_public_but_login_and_health():
    assert {e.path for e in ENDPOINTS if PUBLIC in (e.permissions or ())} == PUBLIC_PATHS


# The manager, who gets in everywhere, on every database; refusals do not depend on one.
@pytest.mark.parametrize(
    "name",
    [pytest.param(who, marks=pytest.mark.once) for who in (ANYONE, NO_ROLE, CASHIER, BARISTA)]
    + [MANAGER],
)
def test_every_endpoint_keeps_its_word(people, name, quiet):
    asked = [(e, method) for e in ENDPOINTS if not e.is_admin for method in e.methods]
    assert broken_promises(asked, people[name]) == []


@pytest.mark.once
@pytest.mark.parametrize("name", [ANYONE, "Cashier"])
def test_every_page_of_the_administration_keeps_its_word(people, name, quiet):
    asked = [(endpoint, "GET") for endpoint in ENDPOINTS if endpoint.is_admin]
    assert broken_promises(asked, people[name]) == []


def test_the_root_of_the_api_is_nowhere(people):
    client = Client()
    client.force_login(people["Manager"])
    assert client.get(NOWHERE).status_code == 404


@pytest.mark.parametrize("path", ["/pos/", "/kds/", "/reports/live/", "/admin/", "/"])
def test_sign_in_leads_back_to_the_page_asked_for(client, db, path):
    assert client.get(path)["Location"] == f"/login/?next={quote(path)}"


def test_a_fragment_sends_the_whole_page_to_sign_in(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/pos/?a=1"}
    response = client.post("/pos/cart/", headers=headers)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/login/?next=/pos/"


def test_rights_follow_the_role_at_the_next_request(people):
    client, cashier = Client(), people["Cashier"]
    client.force_login(cashier)
    assert client.get("/pos/").status_code == 200
    cashier.groups.clear()
    assert client.get("/pos/").status_code == 403
    cashier.is_superuser = True
    cashier.save()
    assert client.get("/pos/").status_code == 200
    cashier.is_active = False
    cashier.save()
    assert client.get("/pos/").status_code == 302


def test_who_is_asking_costs_two_queries(people, client, django_assert_num_queries):
    client.force_login(people["Manager"])
    with django_assert_num_queries(2):
        client.get("/password/")


def test_every_socket_declares_what_it_needs():
    undeclared = [
        pattern.callback.consumer_class.__name__
        for pattern in websocket_urlpatterns
        if not isinstance(getattr(pattern.callback.consumer_class, "permission", None), str)
    ]
    assert undeclared == []
    assert {
        pattern.callback.consumer_class
        for pattern in websocket_urlpatterns
        if pattern.callback.consumer_class.permission == PUBLIC
    } == {UnknownConsumer}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [ANYONE, NO_ROLE, *ROLES])
async def test_every_socket_keeps_its_word(people, name):
    user, wrong = people[name], []
    headers = [await in_thread(session_cookie)(user)] if user.is_authenticated else []
    for pattern in SCREENS:
        permission = pattern.callback.consumer_class.permission
        allowed = await in_thread(may)(user, (permission,))
        refusal = NOT_ALLOWED if user.is_authenticated else SIGNED_OUT
        code = await _knock(f"/{_address(pattern)}", headers)
        if code != (None if allowed else refusal):
            wrong.append(f"{pattern.pattern} as {name}: {code}")
    assert wrong == []
    assert await _knock("/ws/nothing/", headers) == NO_SUCH_SCREEN


def broken_promises(asked: list[tuple[Endpoint, str]], user: User | AnonymousUser) -> list[str]:
    """What of `asked` is answered otherwise than it declares."""
    client = Client(raise_request_exception=False)
    wrong = []
    for endpoint, method in asked:
        if user.is_authenticated and not client.cookies.get("sessionid", ""):
            client.force_login(user)
        answer = _ask(client, endpoint, method)
        if answer != _promised(endpoint, user):
            wrong.append(f"{method} {endpoint.path}: {answer}")
        if "logout" in endpoint.path:
            client.cookies.clear()
    return wrong


def _ask(client: Client, endpoint: Endpoint, method: str) -> str:
    """How the site answers: let in, sent to sign in, refused, or broken."""
    kind = {"content_type": "application/json"} if endpoint.is_api else {}
    if method == "GET":
        response = client.get(endpoint.path)
    else:
        response = client.generic(method, endpoint.path, "{}" if endpoint.is_api else "", **kind)
    status = response.status_code
    if status == 401 or (status == 302 and response["Location"].startswith("/login/?next=")):
        return "sign in"
    if status >= 500:
        return f"broken, {status}"
    return "refused" if status == 403 else "let in"


def _promised(endpoint: Endpoint, user: User | AnonymousUser) -> str:
    if may(user, endpoint.permissions):
        return "let in"
    return "refused" if user.is_authenticated else "sign in"


def _address(pattern) -> str:
    return ARGUMENT.sub(lambda match: SAMPLES[match.group(1)], str(pattern.pattern))


async def _knock(path: str, headers: list[tuple[bytes, bytes]]) -> int | None:
    """The code a new socket is closed with, None if it stays open and sends something."""
    visitor = WebsocketCommunicator(sockets, path, headers=headers)
    connected, _ = await visitor.connect(5)
    assert connected
    output = await visitor.receive_output(5)
    with suppress(Exception):
        await visitor.disconnect()
    return output.get("code", 1000) if output["type"] == "websocket.close" else None

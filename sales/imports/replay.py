"""Plays a day of a sales file again, as live orders through the API of a running café."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from sales.imports.staging import StagedLine, StagedOrder

TIMEOUT = 20
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
# A guest's banknote covers this much more than the file's total: prices may have risen since.
MARGIN = Decimal("1.5")


class Unreachable(Exception):
    """The café did not answer for as long as we had patience."""


class NotWelcome(Exception):
    """The café answered, but not as one that takes our orders; the text is the reason."""


class NotSignedIn(NotWelcome):
    """The café does not know us, or not as one who may do this."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any]
    replayed: bool = False


class RemoteCafe:
    """The API of a running café at `url`; patient for `patience` seconds with every request.

    A request is sent again while the café is away or failing, so only send what may be repeated.
    Raises ValueError on an address or a token that can be none.
    """

    def __init__(self, url: str, *, token: str = "", location: str = "", patience: float) -> None:
        _check_address(url)
        _check_token(token)
        self._url = url if url.endswith("/") else f"{url}/"
        self._query = f"?{urlencode({'location': location})}" if location else ""
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._patience = patience
        self._cookies = CookieJar()
        # The café is a neighbour, whatever proxy leads to the rest of the world.
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self._cookies))

    def sign_in(self, username: str, password: str) -> None:
        """Sign in as a person would. Raises NotWelcome and Unreachable."""
        login = urljoin(self._url, "login/")
        self._send(Request(login))
        form = {"username": username, "password": password, **self._csrf("csrfmiddlewaretoken")}
        self._send(Request(login, urlencode(form).encode(), {"Referer": login}))
        if not any(cookie.name == "sessionid" for cookie in self._cookies):
            raise NotSignedIn(f"{username} could not sign in with this password.")

    def menu(self) -> dict[str, Any]:
        """`GET /api/menu`. Raises NotWelcome and Unreachable."""
        answer = self._call(Request(urljoin(self._url, f"api/menu{self._query}")))
        if answer.status != 200:
            raise NotWelcome(_reason(answer.body) or f"The menu answered {answer.status}.")
        return answer.body

    def place_order(self, body: Mapping[str, Any], *, key: str) -> Answer:
        """`POST /api/orders`. Raises NotWelcome and Unreachable; a refusal is an answer."""
        url = urljoin(self._url, f"api/orders{self._query}")
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Referer": url,
            **self._csrf("X-CSRFToken"),
        }
        return self._call(Request(url, json.dumps(body).encode(), headers))

    def _csrf(self, name: str) -> dict[str, str]:
        tokens = [cookie.value for cookie in self._cookies if cookie.name == "csrftoken"]
        return {name: tokens[0]} if tokens else {}

    def _call(self, request: Request) -> Answer:
        status, headers, content = self._send(request)
        try:
            body = json.loads(content)
        except ValueError as error:
            raise NotWelcome(f"{request.full_url} answered {status} without JSON.") from error
        if status in (401, 403, 404):
            refusal = NotWelcome if status == 404 else NotSignedIn
            raise refusal(_reason(body) or f"{request.full_url} answered {status}.")
        return Answer(status, body, "Idempotent-Replayed" in headers)

    def _send(self, request: Request) -> tuple[int, Any, bytes]:
        for name, value in self._headers.items():
            request.add_header(name, value)
        deadline = time.monotonic() + self._patience
        for pause in _pauses():
            try:
                with self._opener.open(request, timeout=TIMEOUT) as answer:
                    return answer.status, answer.headers, answer.read()
            except HTTPError as error:
                if error.code < 500 and error.code != 429:
                    return error.code, error.headers, error.read()
                trouble = f"it answered {error.code}"
            except (URLError, OSError) as error:
                trouble = str(getattr(error, "reason", error))
            if time.monotonic() + pause > deadline:
                raise Unreachable(f"No answer from {request.full_url}: {trouble}.")
            time.sleep(pause)
        raise AssertionError("the pauses never end")


def _reason(body: Mapping[str, Any]) -> str:
    """The problem in a sentence; empty when the café gives none."""
    detail = body.get("detail") or ""
    return detail if not detail or detail.endswith((".", "!", "?")) else f"{detail}."


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # of brackets or a port that are none
        usable = False
    if not usable or not _is_plain(url):
        raise ValueError(f"{url!r} is not an address such as http://127.0.0.1:8000.")


def _check_token(token: str) -> None:
    if not _is_plain(token):
        raise ValueError("The token has a line break, a space or another character no token has.")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


@dataclass(slots=True)
class Played:
    """How a replay went: orders sent, found placed by an earlier run, and refused with reasons."""

    sent: int = 0
    replayed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    total: Decimal = Decimal("0.00")
    lateness: float = 0.0

    @property
    def done(self) -> int:
        return self.sent + self.replayed + len(self.refused)


def missing_from(menu: Mapping[str, Any], orders: Iterable[StagedOrder]) -> list[str]:
    """What the orders name that is not on sale: products, sizes and modifiers, each once."""
    index = MenuIndex(menu)
    missing = (index.lacking(line) for order in orders for line in order.lines)
    return list(dict.fromkeys(name for names in missing for name in names))


def play(
    orders: Sequence[StagedOrder],
    cafe: RemoteCafe,
    *,
    menu: Mapping[str, Any],
    speed: float,
    run: str,
    played: Played,
    report: Callable[[StagedOrder, Played], None],
) -> None:
    """Send `orders` (earliest first) with their gaps divided by `speed`, noting it in `played`.

    Each goes under a key of its own for this `run`: sent again, by a retry or another replay with
    the same `run`, it is not placed again. Raises NotWelcome and Unreachable.
    """
    index = MenuIndex(menu)
    began = time.monotonic()
    for order in orders:
        due = began + (order.at - orders[0].at).total_seconds() / speed
        time.sleep(max(0.0, due - time.monotonic()))
        played.lateness = max(played.lateness, time.monotonic() - due)
        answer = cafe.place_order(index.body(order), key=f"replay:{order.day}:{run}:{order.name}")
        _note(played, order, answer)
        report(order, played)


def _note(played: Played, order: StagedOrder, answer: Answer) -> None:
    if answer.status not in (200, 201):
        reason = answer.body.get("detail") or answer.body.get("title") or str(answer.status)
        played.refused.append((order.name, reason))
        return
    played.total += Decimal(answer.body["total"])
    if answer.replayed:
        played.replayed += 1
    else:
        played.sent += 1


class MenuIndex:
    """The names of `GET /api/menu`, in any case, and the ids that orders need."""

    def __init__(self, menu: Mapping[str, Any]) -> None:
        self._products = {product["name"].casefold(): product for product in menu["products"]}

    def lacking(self, line: StagedLine) -> Iterator[str]:
        """What `line` names that the menu does not offer."""
        product = self._products.get(line.product.casefold())
        if product is None:
            yield line.product
            return
        if line.size and line.size.casefold() not in {
            size["name"].casefold() for size in product["sizes"]
        }:
            yield f"{line.product} in size {line.size}"
        known = _modifier_ids(product)
        for name in line.modifiers:
            if name.casefold() not in known:
                yield f"{line.product} with {name}"

    def body(self, order: StagedOrder) -> dict[str, Any]:
        """The order as the API takes it, paid in cash with one banknote."""
        body: dict[str, Any] = {"items": [self._item(line) for line in order.lines]}
        if order.total:
            body["payments"] = [{"method": "cash", "amount": str(_banknote(order.total))}]
        return body

    def _item(self, line: StagedLine) -> dict[str, Any]:
        item: dict[str, Any] = {"name": line.product, "quantity": line.quantity}
        if line.size:
            item["size"] = line.size
        if line.modifiers:
            ids = _modifier_ids(self._products[line.product.casefold()])
            item["modifiers"] = [ids[name.casefold()] for name in line.modifiers]
        return item


def _modifier_ids(product: Mapping[str, Any]) -> dict[str, int]:
    return {
        modifier["name"].casefold(): modifier["id"]
        for group in product["modifier_groups"]
        for modifier in group["modifiers"]
    }


def _banknote(total: Decimal) -> int:
    """The smallest note of 1, 2, 5, 10, 20, … that surely covers `total`."""
    decade = 1
    while True:
        for step in (1, 2, 5):
            if step * decade >= total * MARGIN:
                return step * decade
        decade *= 10


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)

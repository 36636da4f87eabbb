"""Who is at the other end of a socket, and whether they still may be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.consumers import NO_SUCH_SCREEN, NOT_ALLOWED, SIGNED_OUT
from config.errors import DomainError
from config.hub import visit_hub
from sales.models import StaffProfile
from sales.services.tokens import user_of_token
from stock.access import location_id_named


@dataclass(frozen=True, slots=True)
class SocketAccess:
    """What let a socket in: a session or a token, and a permission at a location."""

    user_id: int
    password: str
    permission: str
    location_id: int
    session_key: str
    token: str


@dataclass
class Visitor:
    """The staff behind a socket; shaped so that `stock.access` takes it for a request."""

    session: SessionStore
    token: str = ""
    user: Any = field(default_factory=AnonymousUser)
    location_id: int | None = None
    META: dict = field(default_factory=dict)

    def refusal(self, permission: str) -> int | None:
        """The close code for a visitor who may not see what needs `permission`, else None."""
        if not self.user.is_authenticated:
            return SIGNED_OUT
        if not self.user.has_perm(permission):
            return NOT_ALLOWED
        return NO_SUCH_SCREEN if self.location_id is None else None

    def access(self, permission: str) -> SocketAccess:
        """To be checked again as long as the socket is open."""
        return SocketAccess(
            user_id=self.user.pk,
            password=self.user.password,
            permission=permission,
            location_id=self.location_id,
            session_key=self.session.session_key or "",
            token=self.token,
        )

    @staticmethod
    def recheck(held: Iterable[SocketAccess]) -> dict[SocketAccess, int]:
        return lost_accesses(held)


class KnownVisitors:
    """ASGI middleware: puts `hub` and `visitor` into the scope of a socket."""

    def __init__(self, inner) -> None:
        self.inner = inner

    async def __call__(self, scope, receive, send):
        with visit_hub() as hub:
            visitor = await hub.read(lambda: read_visitor(scope))
            return await self.inner({**scope, "hub": hub, "visitor": visitor}, receive, send)


def read_visitor(scope: dict) -> Visitor:
    """Whoever signed in by session cookie or `Authorization: Bearer`, at `?location=` or their own.

    Anonymous for anything else. `location_id` is None where the location is unknown or ambiguous.
    """
    headers = dict(scope["headers"])
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        visitor = Visitor(SessionStore(), token=token.strip())
        visitor.user = user_of_token(visitor.token) or AnonymousUser()
    else:
        visitor = Visitor(SessionStore(_session_key(headers)))
        visitor.user = auth.get_user(visitor)
    if visitor.user.is_authenticated:
        visitor.location_id = _location_of(visitor, scope)
    return visitor


def lost_accesses(held: Iterable[SocketAccess]) -> dict[SocketAccess, int]:
    """Which of `held` hold no longer, with the close code: signed out, or not allowed.

    Five queries for people, whatever their number, and one for each token.
    """
    held = list(held)
    people = [access for access in held if not access.token]
    sessions = _live_sessions({access.session_key for access in people})
    users = _users_with({access.permission for access in people}, {a.user_id for a in people})
    lost = {access: code for access in held if access.token and (code := _token_code(access))}
    for access in people:
        if access.session_key not in sessions or access.password != users.passwords.get(
            access.user_id
        ):
            lost[access] = SIGNED_OUT
        elif not users.allow(access):
            lost[access] = NOT_ALLOWED
    return lost


@dataclass(frozen=True, slots=True)
class _Users:
    """Active users by what matters for access."""

    passwords: dict[int, str]
    holders: dict[str, set[int]]
    workplaces: dict[int, set[int]]

    def allow(self, access: SocketAccess) -> bool:
        places = self.workplaces.get(access.user_id)
        return access.user_id in self.holders[access.permission] and (
            not places or access.location_id in places
        )


def _users_with(permissions: set[str], ids: set[int]) -> _Users:
    users = User.objects.filter(pk__in=ids, is_active=True)
    backend = "django.contrib.auth.backends.ModelBackend"
    holders = {
        permission: set(
            User.objects.with_perm(permission, backend=backend)
            .filter(pk__in=ids)
            .values_list("pk", flat=True)
        )
        for permission in permissions
    }
    workplaces: dict[int, set[int]] = {}
    rows = StaffProfile.locations.through.objects.filter(staffprofile__user__in=ids)
    for user_id, location_id in rows.values_list("staffprofile__user_id", "location_id"):
        workplaces.setdefault(user_id, set()).add(location_id)
    return _Users(dict(users.values_list("pk", "password")), holders, workplaces)


def _live_sessions(keys: set[str]) -> set[str]:
    live = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(live.values_list("session_key", flat=True))


def _token_code(access: SocketAccess) -> int | None:
    user = user_of_token(access.token)
    if user is None:
        return SIGNED_OUT
    outside = user.workplaces and access.location_id not in user.workplaces
    return NOT_ALLOWED if outside or not user.has_perm(access.permission) else None


def _session_key(headers: dict[bytes, bytes]) -> str | None:
    cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else None


def _location_of(visitor: Visitor, scope: dict) -> int | None:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    try:
        return location_id_named(visitor, query["location"][-1] if "location" in query else None)
    except DomainError:
        return None

"""Sockets from pages of this site only: a browser sends its cookies along with anyone's page."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


class SameOrigin:
    """Refuse a handshake whose Origin is not this host and port, nor a trusted origin.

    Programs that are not browsers send no Origin and are let through to sign in.
    """

    def __init__(self, inner) -> None:
        self.inner = inner

    async def __call__(self, scope, receive, send):
        if is_same_origin(dict(scope["headers"])):
            return await self.inner(scope, receive, send)
        return await send({"type": "websocket.close", "code": 4003})


def is_same_origin(headers: dict[bytes, bytes]) -> bool:
    """Whether the Origin, if there is one, is that of the Host; ports count."""
    origin = headers.get(b"origin")
    if origin is None:
        return True
    origin, host = origin.decode("latin-1").lower(), headers.get(b"host", b"").decode("latin-1")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    domain, _port = split_domain_port(host)
    known = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
    return known and urlsplit(origin).netloc == host.lower()

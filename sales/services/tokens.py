"""API tokens: shown once, kept as a hash."""

import hashlib
import secrets
from collections.abc import Sequence

from django.contrib.auth.models import Permission, User

from sales import errors
from sales.cart import clean_text
from sales.models import ApiToken
from sales.queries.staff import staff_by_token

PREFIX = "sc_"
NAME_LENGTH = 60


def create_token(*, user: User, scopes: Sequence[str] = (), name: str = "") -> str:
    """Make a token for `user` and return it; it cannot be read again.

    `scopes` are permissions such as `sales.add_order`; none means all the owner has, now and later.
    Raises UnknownScope and InvalidText.
    """
    _check_scopes(scopes)
    name = clean_text(name, limit=NAME_LENGTH, field="name")
    raw = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, name=name, digest=digest(raw), scopes=sorted(set(scopes)))
    return raw


def user_of_token(raw: str) -> User | None:
    """The owner of a valid token, in one query; None for any other text.

    Its `has_perm` answers for what both owner and scopes allow. Never save this user.
    """
    return staff_by_token(digest(raw))


def digest(raw: str) -> str:
    """What is kept of a token. It is long and random, so a plain hash cannot be guessed."""
    return hashlib.sha256(raw.encode(errors="surrogatepass")).hexdigest()


def _check_scopes(scopes: Sequence[str]) -> None:
    known = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    unknown = sorted(set(scopes) - known)
    if unknown:
        raise errors.UnknownScope(f"There is no permission {', '.join(unknown)}.", scopes=unknown)

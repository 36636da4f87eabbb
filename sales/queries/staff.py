"""Staff as a request needs them: the user, every permission and the workplaces, in one query."""

import json
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

# The ORM would take three queries, or a row for each permission; this runs for every request.
_STAFF = """
    SELECT staff.*, {scopes} AS token_scopes,
        (SELECT {join}(type.app_label || '.' || permission.codename, ' ')
         FROM auth_permission permission
         JOIN django_content_type type ON type.id = permission.content_type_id
         WHERE permission.id IN (
             SELECT permission_id FROM auth_user_user_permissions WHERE user_id = staff.id
             UNION
             SELECT granted.permission_id FROM auth_user_groups member
             JOIN auth_group_permissions granted ON granted.group_id = member.group_id
             WHERE member.user_id = staff.id)) AS permission_names,
        (SELECT {join}(CAST(location.id AS text) || ':' || location.slug, ' ')
         FROM sales_staffprofile profile
         JOIN sales_staffprofile_locations place ON place.staffprofile_id = profile.id
         JOIN stock_location location ON location.id = place.location_id
         WHERE profile.user_id = staff.id) AS workplace_names
    FROM auth_user staff {source}
"""
_BY_ID = "WHERE staff.id = %s"
_BY_TOKEN = """
    JOIN sales_apitoken token ON token.user_id = staff.id
    WHERE token.digest = %s AND token.revoked_at IS NULL AND staff.is_active
"""


def staff_by_id(user_id: Any) -> User | None:
    """The user, whose `has_perm` asks the database nothing more, with `workplaces` (slug by id)."""
    return _read("NULL", _BY_ID, user_id)


def staff_by_token(digest: str) -> User | None:
    """The active owner of a token that is not revoked, able to do only what its scopes allow."""
    return _read("token.scopes", _BY_TOKEN, digest)


def _read(scopes: str, source: str, key: Any) -> User | None:
    join = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    statement = _STAFF.format(scopes=scopes, join=join, source=source)
    user = next(iter(User.objects.raw(statement, [key])), None)
    if user is not None:
        user.workplaces = _workplaces(user.workplace_names)
        user._perm_cache = set((user.permission_names or "").split())
        _narrow(user, json.loads(user.token_scopes or "[]"))
    return user


def _narrow(user: User, scopes: list[str]) -> None:
    if not scopes:
        return
    # A superuser may do anything unasked; behind a scoped token only what the scopes name.
    user._perm_cache = set(scopes) if user.is_superuser else user._perm_cache & set(scopes)
    user.is_superuser = False


def _workplaces(names: str | None) -> dict[int, str]:
    pairs = (name.split(":", 1) for name in (names or "").split())
    return {int(key): slug for key, slug in sorted(pairs)}

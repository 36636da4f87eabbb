"""Everything the site answers to, found by walking its URLconf, and what each says it needs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

SAMPLES = {"slug": "bar", "app_label": "sales", "url": "nowhere"}
REGEX_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Endpoint:
    """An address with its arguments filled in; `permissions` is None where none is declared."""

    path: str
    methods: tuple[str, ...]
    permissions: tuple[str, ...] | None

    @property
    def is_admin(self) -> bool:
        return self.path.startswith("/admin/")

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def endpoints() -> list[Endpoint]:
    """Every endpoint of the site, in URLconf order."""
    return list(dict.fromkeys(_walk(get_resolver().url_patterns, "/")))


def _walk(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[Endpoint]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield from _endpoints(_filled(route), pattern.callback)


def _endpoints(path: str, view: Any) -> Iterator[Endpoint]:
    operations = _operations(view)
    if operations is None:
        yield Endpoint(path, ("GET", "POST"), _declared(view))
        return
    for operation in operations:
        [check] = operation.auth_callbacks or [None]
        yield Endpoint(path, tuple(operation.methods), getattr(check, "permissions", None))


def _operations(view: Any) -> list | None:
    """The operations behind a view of the API, which Ninja keeps in a closure."""
    cells = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
    found = [cell.operations for cell in cells if isinstance(cell, PathView)]
    return found[0] if found else None


def _declared(view: Any) -> tuple[str, ...] | None:
    # The admin wraps each view at the moment it is called, by its site's `admin_view`.
    site = getattr(view, "admin_site", None) or getattr(
        getattr(view, "model_admin", None), "admin_site", None
    )
    if site is not None:
        view = site.admin_view(view)
    return getattr(view, "permissions", None)


def _filled(route: str) -> str:
    route = REGEX_GROUP.sub(r"<\1>", route).replace("^", "").replace("$", "")
    return ARGUMENT.sub(lambda match: SAMPLES.get(match.group(1), "1"), route)

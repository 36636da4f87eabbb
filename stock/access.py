"""Which café a request is about.

Users loaded by the sign-in backends carry `workplaces`: the cafés they work at, slug by id; empty
means all of them. A page opens at the café chosen for the session, and whatever is done on it is
done there; the API works at `?location=`.
"""

import re
from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from stock.errors import LocationRequired, UnknownLocation
from stock.models import Location

SESSION_KEY = "location_id"
# What a page sends with all it does: the café it shows, which another tab may have left since.
PAGE_HEADER, PAGE_FIELD = "X-Cafe", "cafe"

SLUG = r"^[-a-zA-Z0-9_]{1,40}$"
LocationSlug = Annotated[
    str | None,
    Query(
        pattern=SLUG,
        description="The café's slug; needed only where there are several.",
    ),
]


def location_id(request: HttpRequest) -> int:
    """The id of the café the page shows or else the session works at; no query once it is chosen.

    Falls back to the only one the user may work at; raises LocationRequired when there are several,
    and UnknownLocation for a page of a café where the user does not work any more.
    """
    chosen = _shown(request) or _chosen(request)
    request.cafe_id = chosen if chosen is not None else only_location(request.user)
    return request.cafe_id


def current_location(request: HttpRequest) -> Location:
    """The café of `location_id`. Raises like that, and UnknownLocation if it is gone.

    Read once a request.
    """
    kept = getattr(request, "location", None)
    if kept is None:
        kept = Location.objects.filter(pk=location_id(request)).first()
        if kept is None:
            raise UnknownLocation
        request.location = kept
    return kept


def location_named(request: HttpRequest, slug: str | None) -> int | str | None:
    """The café an API call is about, as an id or a slug, or None for the only one; no query.

    Raises UnknownLocation for a slug of a café the user does not work at.
    """
    if slug is None:
        return _chosen(request)
    workplaces = request.user.workplaces
    elsewhere = workplaces and slug not in workplaces.values()
    if elsewhere or not re.fullmatch(SLUG, slug):
        raise UnknownLocation
    return slug


def location_id_named(request: HttpRequest, slug: str | None) -> int:
    """Like `location_named`, as an id. Raises UnknownLocation and LocationRequired."""
    named = location_named(request, slug)
    if isinstance(named, int):
        return named
    if named is None:
        return only_location(request.user)
    found = Location.objects.filter(slug=named).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownLocation
    return found


def locations_of(user) -> list[Location]:
    """The cafés `user` may work at, by name."""
    locations = Location.objects.all()
    return list(locations.filter(pk__in=user.workplaces) if user.workplaces else locations)


def only_location(user) -> int:
    """The one café `user` may work at. Raises UnknownLocation for none, LocationRequired else."""
    found = list(user.workplaces) or list(
        Location.objects.order_by("pk").values_list("pk", flat=True)[:2]
    )
    if not found:
        raise UnknownLocation("There is no café yet; add one in the administration.")
    if len(found) > 1:
        raise LocationRequired
    return found[0]


def choose_location(request: HttpRequest, chosen: int) -> None:
    """Work at `chosen` for the rest of the session."""
    request.session[SESSION_KEY] = chosen


def _shown(request: HttpRequest) -> int | None:
    """The café that the page shows from which the request comes, if it says so."""
    sent = request.headers.get(PAGE_HEADER) or request.POST.get(PAGE_FIELD)
    if not sent:
        return None
    workplaces = request.user.workplaces
    if not re.fullmatch(r"[1-9][0-9]{0,17}", sent) or (workplaces and int(sent) not in workplaces):
        raise UnknownLocation("You do not work at this page's café any more; reload it.")
    return int(sent)


def _chosen(request: HttpRequest) -> int | None:
    workplaces = request.user.workplaces
    if len(workplaces) == 1:
        return next(iter(workplaces))
    chosen = request.session.get(SESSION_KEY)
    return chosen if not workplaces or chosen in workplaces else None

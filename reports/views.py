"""The revenue board. It changes by what the socket pushes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from config.access import requires
from reports.queries import read_revenue_board
from sales.access import current_location


@requires("sales.view_revenue")
@require_GET
@never_cache
def live_page(request: HttpRequest) -> HttpResponse:
    """The business day so far."""
    location = current_location(request)
    context = {"location": location, "board": read_revenue_board(location.pk)}
    return render(request, "reports/live.html", context)

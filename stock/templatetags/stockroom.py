"""What pages outside the store room say about it."""

from django import template
from django.utils import timezone

from stock.models import Location
from stock.queries.nav import StockNav, read_nav

register = template.Library()


@register.simple_tag
def stock_nav(location: Location | None) -> StockNav | None:
    """How much waits for a person at the café; None where there is none."""
    return location and read_nav(location, at=timezone.now())

"""The demo café's kitchen displays."""

from kds.models import Station
from sales.models import Category

STATIONS = {
    "bar": ("Bar", ("Coffee", "Tea", "Cold drinks")),
    "food": ("Food", ("Bakery", "Kitchen")),
}


def create_stations(location_id: int) -> None:
    """Create a display for drinks and one for food; the demo menu's categories must exist."""
    for position, (slug, (name, categories)) in enumerate(STATIONS.items()):
        station = Station.objects.create(
            location_id=location_id, name=name, slug=slug, position=position
        )
        station.categories.set(Category.objects.filter(name__in=categories))

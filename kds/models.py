"""Screens of the kitchen. Order state lives in sales."""

from django.core.exceptions import ValidationError
from django.db import models

RESERVED_SLUGS = ("ready", "live")


def validate_station_slug(slug: str) -> None:
    """Raise ValidationError for a slug that names another page under /kds/."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is the address of another screen; choose another.")


class Station(models.Model):
    """A kitchen display and the categories it prepares; with none it shows every line.

    What no station of its location prepares shows on all of them (kds/queries.py).
    """

    location = models.ForeignKey("stock.Location", models.PROTECT, related_name="stations")
    name = models.CharField(max_length=40)
    slug = models.SlugField(max_length=40, validators=[validate_station_slug])
    categories = models.ManyToManyField("sales.Category", blank=True, related_name="stations")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["location", "slug"], name="station_slug"),
            models.CheckConstraint(
                condition=~models.Q(slug__in=RESERVED_SLUGS), name="station_slug_reserved"
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""A café: its clock, its money, its rules and its revision counter."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in available_timezones():
        raise ValidationError(f"{name} is not a time zone, such as Europe/Berlin.")


class Location(models.Model):
    """One café.

    `revision` rises by one in the transaction of every change that a screen shows. `menu_revision`,
    `stock_revision` and `shift_revision` remember the last revision that touched each of those.
    `serial_day` and `serial` number the tickets of one business day.
    """

    class Oversell(models.TextChoices):
        REFUSE = "refuse", "Refuse the sale"
        FLAG = "flag", "Sell and flag"

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    currency = models.CharField(
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", "Use the three-letter ISO 4217 code.")],
    )
    language = models.CharField(max_length=10, default="en")
    business_day_start = models.TimeField(default=time(4, 0))
    tax_inclusive = models.BooleanField("prices include tax", default=True)
    tax_rate = models.DecimalField("tax rate in percent", max_digits=5, decimal_places=2, default=0)
    oversell = models.CharField(
        "when stock is short", max_length=6, choices=Oversell, default=Oversell.REFUSE
    )
    address = models.CharField(max_length=200, blank=True)

    revision = models.BigIntegerField(default=0, editable=False)
    menu_revision = models.BigIntegerField(default=0, editable=False)
    stock_revision = models.BigIntegerField(default=0, editable=False)
    shift_revision = models.BigIntegerField(default=0, editable=False)
    serial_day = models.DateField(null=True, editable=False)
    serial = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tax_rate__gte=0, tax_rate__lt=100), name="location_tax_rate"
            ),
            models.CheckConstraint(
                condition=models.Q(oversell__in=["refuse", "flag"]), name="location_oversell"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def local(self, at: datetime) -> datetime:
        """`at` on the café's wall clock."""
        return at.astimezone(ZoneInfo(self.time_zone))

    def business_day(self, at: datetime) -> date:
        """The business day of `at`; the small hours still belong to the day before."""
        return business_day(self.local(at), self.business_day_start)


def business_day(local: datetime, day_start: time) -> date:
    """The business day of a wall-clock time when days begin at `day_start`."""
    if local.time() < day_start:
        return local.date() - timedelta(days=1)
    return local.date()

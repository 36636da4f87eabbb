"""Forecasts, kept by the run that made them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.fields import QuantityField


class ForecastRun(models.Model):
    """One computation of a location's forecasts for one business day.

    queued → running → published | failed. Its forecasts appear with the publication, all at once.
    `accuracy` tells how each method did over the last four weeks: {method: {"wape": "0.231",
    "days": 26}}, wape null when nothing was sold.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        PUBLISHED = "published", "Published"
        FAILED = "failed", "Failed"

    class Trigger(models.TextChoices):
        NIGHTLY = "nightly", "Nightly"
        MANUAL = "manual", "By hand"

    LIVE = (Status.QUEUED, Status.RUNNING)

    location = models.ForeignKey("stock.Location", models.CASCADE, related_name="forecast_runs")
    for_day = models.DateField()
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    trigger = models.CharField(max_length=7, choices=Trigger)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    series_total = models.PositiveIntegerField(default=0)
    series_done = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    accuracy = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["location"],
                condition=Q(status__in=["queued", "running"]),
                name="forecast_run_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["location", "for_day", "id"],
                name="forecast_run_published",
                condition=Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"Forecast for {self.for_day}, {self.status}"


class Forecast(models.Model):
    """What one method expects of a product on the run's day; without a mean, `note` says why.

    Numbers are units, cut off (never rounded up) after a millionth, so that comparing whole
    portions with a multiple of the mean comes out as on paper. `error` is the method's weighted
    absolute percentage error on this product over the last four weeks, as a share, at most
    999,999.999.
    """

    run = models.ForeignKey(ForecastRun, models.CASCADE, related_name="forecasts")
    product = models.ForeignKey("sales.Product", models.CASCADE, related_name="forecasts")
    method = models.CharField(max_length=40)
    mean = QuantityField(null=True, blank=True)
    lower = QuantityField(null=True, blank=True)
    upper = QuantityField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    error = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "product", "method"], name="forecast_once"),
            models.CheckConstraint(
                condition=Q(mean__isnull=True) | Q(mean__gte=0), name="forecast_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.mean} by {self.method}"

"""The manager's view of the machinery: is everything running, and what needs a person?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_q.models import Failure

from config.access import requires
from config.health import HEARTBEAT_AGE
from config.hub import screens_connected
from config.worker import QueueState, last_heartbeat, read_queue
from predict.models import ForecastRun
from sales.access import current_location
from stock.models import PurchaseOrder

Mail = PurchaseOrder.Mail
FAILED_SPAN = timedelta(days=7)
SHOWN_FAILURES = 20


@dataclass(frozen=True, slots=True)
class SystemState:
    """What the system page shows, at `now`. Screens are those fed by the process that answers."""

    now: datetime
    heartbeat: datetime | None
    queue: QueueState
    failures: tuple[Failure, ...]
    mails_waiting: int
    mails_failed: tuple[PurchaseOrder, ...]
    forecast: ForecastRun | None
    screens: int
    lag: int

    @property
    def worker_is_alive(self) -> bool:
        return self.heartbeat is not None and self.now - self.heartbeat < HEARTBEAT_AGE


def read_system(location_id: int) -> SystemState:
    """The state of the machinery and of the location's mails and forecast."""
    now = timezone.now()
    since = now - FAILED_SPAN
    drafts = PurchaseOrder.objects.filter(
        location_id=location_id, status=PurchaseOrder.Status.DRAFT
    )
    screens, lag = screens_connected()
    return SystemState(
        now=now,
        heartbeat=last_heartbeat(),
        queue=read_queue(failed_since=since),
        failures=tuple(Failure.objects.filter(stopped__gte=since)[:SHOWN_FAILURES]),
        mails_waiting=drafts.filter(mail__in=[Mail.WAITING, Mail.SENDING]).count(),
        mails_failed=tuple(drafts.filter(mail=Mail.FAILED).select_related("supplier")),
        forecast=ForecastRun.objects.filter(
            location_id=location_id, status=ForecastRun.Status.PUBLISHED
        )
        .order_by("-pk")
        .first(),
        screens=screens,
        lag=lag,
    )


@requires("stock.change_location")
@require_GET
@never_cache
def system_page(request: HttpRequest) -> HttpResponse:
    """Worker, queue, mails, forecast and screens."""
    location = current_location(request)
    context = {"location": location, "system": read_system(location.pk)}
    return render(request, "system.html", context)

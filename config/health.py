"""Is it alive, is it ready? For supervisors, load balancers and monitoring; tells no secrets."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from config.access import public
from config.worker import last_heartbeat, read_queue

logger = logging.getLogger(__name__)

LAYER_SECONDS = 2
# Three beats of a minute each: one lost to a restart is no alarm.
HEARTBEAT_AGE = timedelta(minutes=3)
FAILED_SPAN = timedelta(days=1)


@public
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """`status` is ready, degraded or down; `checks` says of each part ok or down.

    `queue` counts tasks waiting or under way. 503 without the database alone: the till sells while
    the channel layer or the worker is down.
    """
    checks = {name: "ok" if check() else "down" for name, check in CHECKS.items()}
    if checks["database"] == "down":
        return JsonResponse({"status": "down", "checks": checks}, status=503)
    queue = read_queue(failed_since=timezone.now() - FAILED_SPAN)
    return JsonResponse(
        {
            "status": "degraded" if "down" in checks.values() else "ready",
            "checks": checks,
            "queue": {
                "depth": queue.depth,
                "oldest_seconds": round(queue.oldest.total_seconds()),
                "failed_today": queue.failed,
            },
        }
    )


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return False
    return True


def _channel_layer() -> bool:
    async def send() -> None:
        async with asyncio.timeout(LAYER_SECONDS):
            await get_channel_layer().group_send("readyz", {"type": "readyz"})

    try:
        async_to_sync(send)()
    except Exception:  # whatever a layer raises, it cannot be relied on
        logger.warning("The channel layer does not answer", exc_info=True)
        return False
    return True


def _worker() -> bool:
    try:
        beat = last_heartbeat()
    except DatabaseError:
        return False
    return beat is not None and timezone.now() - beat < HEARTBEAT_AGE


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "channel_layer": _channel_layer,
    "worker": _worker,
}

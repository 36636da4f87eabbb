"""What the django-q2 worker is doing, read from its tables: is it alive, is its queue moving?

The worker can look alive and do nothing: one of its processes, killed at the wrong moment, takes a
lock with it. So liveness is judged by finished work alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import Failure, OrmQ, Schedule, Success, Task
from django_q.signing import SignedPackage

HEARTBEAT = "config.tasks.heartbeat"
SCHEDULER_CYCLE = timedelta(seconds=30)
START_UP = timedelta(seconds=15)
# django-q2 counts a task's failures but not the workers it kills. More than its failures and the
# tries of a mail, for an innocent task shares the end of a worker now and then.
MAX_HAND_OUTS = 10


@dataclass(frozen=True, slots=True)
class QueueState:
    """Tasks waiting or under way, the age of the oldest, and how many ended in failure of late."""

    depth: int
    oldest: timedelta
    failed: int


def last_heartbeat() -> datetime | None:
    """When the worker last finished its heartbeat task; None when it never did."""
    return Success.objects.filter(func=HEARTBEAT).aggregate(at=Max("stopped"))["at"]


def read_queue(*, failed_since: datetime) -> QueueState:
    """The queue as it is now."""
    now = timezone.now()
    rows = list(OrmQ.objects.all())
    ages = [now - row.task["started"] for row in rows if "started" in row.task]
    failed = Failure.objects.filter(stopped__gte=failed_since).count()
    return QueueState(len(rows), max(ages, default=timedelta()), failed)


@transaction.atomic
def may_hand_out(row_id: int) -> bool:
    """Count that a queued task is handed out once more; False if that was too often, and bury it.

    Asked by the queue whenever it hands a task out, so each try counts, however it ends.
    """
    row = OrmQ.objects.select_for_update().filter(pk=row_id).first()
    if row is None:
        return False
    if "func" not in row.task:
        return True  # it cannot be read; the worker says so and drops it
    tries = row.task.get("hand_outs", 0)
    if tries >= MAX_HAND_OUTS:
        _bury(row, tries)
        return False
    row.payload = SignedPackage.dumps(row.task | {"hand_outs": tries + 1})
    row.save(update_fields=["payload"])
    return True


def _bury(row: OrmQ, tries: int) -> None:
    """Take a task out of the queue and record it as failed, where the system page shows it."""
    now = timezone.now()
    Task.objects.update_or_create(
        id=row.task_id(),
        defaults={
            "name": row.name(),
            "func": row.func(),
            "args": row.args(),
            "kwargs": row.kwargs(),
            "started": row.task.get("started", now),
            "stopped": now,
            "success": False,
            "attempt_count": tries,
            "result": "It never came to an end; whatever ran it died.",
        },
    )
    row.delete()


def is_wedged(*, started: datetime, patience: timedelta) -> bool:
    """Whether a worker running since `started` has work to do and has long finished none of it.

    "Long" is `patience` and, when tasks are handed out, the time limit of the longest of them. It
    is counted from when the worker should be up, at the earliest.
    """
    now, up = timezone.now(), started + START_UP
    return _schedule_is_stuck(now, up, patience) or _queue_is_stuck(now, up, patience)


def release_tasks(*, handed_out_after: datetime) -> int:
    """Put unfinished tasks of a worker that is dead back into the queue; returns how many."""
    now = timezone.now()
    rows = [row.pk for row in _unfinished(now) if _handed_out_at(row) >= handed_out_after]
    return OrmQ.objects.filter(pk__in=rows).update(lock=now)


def _schedule_is_stuck(now: datetime, up: datetime, patience: timedelta) -> bool:
    due = Schedule.objects.exclude(repeats=0).aggregate(at=Min("next_run"))["at"]
    return due is not None and now - max(due, up) > patience + 2 * SCHEDULER_CYCLE


def _queue_is_stuck(now: datetime, up: datetime, patience: timedelta) -> bool:
    unfinished = _unfinished(now)
    waiting = [_handed_out_at(row) for row in unfinished]
    if oldest := OrmQ.objects.filter(lock__lte=now).aggregate(at=Min("lock"))["at"]:
        waiting.append(oldest)
    if not waiting:
        return False
    finished = Task.objects.aggregate(at=Max("stopped"))["at"] or up
    allowance = max((_time_limit(row) for row in unfinished), default=timedelta())
    return now - max(up, finished, min(waiting)) > patience + allowance


def _unfinished(now: datetime) -> list[OrmQ]:
    """Tasks handed out to a worker, less those that failed since and wait for their next try."""
    rows = OrmQ.objects.filter(lock__gt=now)
    by_id = {row.task_id(): row for row in rows}
    for task in Task.objects.filter(pk__in=by_id).only("stopped"):
        if task.stopped > _handed_out_at(by_id[task.pk]):
            del by_id[task.pk]
    return list(by_id.values())


def _handed_out_at(row: OrmQ) -> datetime:
    # The broker hands a task out by locking it until its next attempt.
    return row.lock - timedelta(seconds=Conf.RETRY)


def _time_limit(row: OrmQ) -> timedelta:
    return timedelta(seconds=row.task.get("timeout") or Conf.TIMEOUT or 0)

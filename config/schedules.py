"""Every recurring task of the café, in one list; `manage.py sync_schedules` upserts it.

Cron times are UTC unless settings.TIME_ZONE says otherwise. Keep daily work at or after 03:00:
02:30 comes twice on one night a year, and not at all on another.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django_q.models import Schedule

PREFIX = "system."


@dataclass(frozen=True)
class RecurringTask:
    """`func` (a dotted path) runs every `minutes`, or whenever `cron` says; exactly one is set.

    A run longer than `timeout` seconds is killed and tried again.
    """

    name: str
    func: str
    timeout: int
    minutes: int | None = None
    cron: str | None = None


RECURRING_TASKS = (
    RecurringTask("heartbeat", "config.tasks.heartbeat", timeout=10, minutes=1),
    RecurringTask("needs", "stock.tasks.check_needs", timeout=120, minutes=5),
    # Hourly, because cafés have midnights of their own: each is due once a business day.
    RecurringTask("forecast", "predict.tasks.forecast_all", timeout=60, cron="30 * * * *"),
)


@transaction.atomic
def sync_schedules(tasks: tuple[RecurringTask, ...] = RECURRING_TASKS) -> None:
    """Make the stored schedules equal to `tasks`; due times of unchanged ones stay as they are.

    Any number of processes may do so at once.
    Schedules made by hand, without the prefix `system.`, are left alone.
    """
    _wait_for_others()
    names = [PREFIX + task.name for task in tasks]
    Schedule.objects.filter(name__startswith=PREFIX).exclude(name__in=names).delete()
    for task in tasks:
        _upsert(task)


def _wait_for_others() -> None:
    """Hold the table till the commit, for names are not unique: each of two would add its own.

    On SQLite a transaction that writes is alone from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Schedule._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _upsert(task: RecurringTask) -> None:
    declared = {
        "func": task.func,
        "kwargs": repr({"q_options": {"timeout": task.timeout}}),
        "schedule_type": Schedule.CRON if task.cron else Schedule.MINUTES,
        "minutes": task.minutes,
        "cron": task.cron,
        "repeats": -1,
    }
    name = PREFIX + task.name
    stored = Schedule.objects.filter(name=name)
    if kept := stored.filter(**declared).order_by("pk").first():
        stored.exclude(pk=kept.pk).delete()
        return
    stored.delete()
    schedule = Schedule(name=name, **declared)
    if task.cron:
        schedule.next_run = schedule.calculate_next_run()
    schedule.save()

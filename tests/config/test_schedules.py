"""The declared schedules and the stored ones are one and the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler

from config.schedules import RECURRING_TASKS, RecurringTask, sync_schedules
from config.worker import HEARTBEAT
from tests.concurrency.threads import at_once, split

pytestmark = pytest.mark.django_db

NIGHTLY = RecurringTask("nightly", "config.tasks.heartbeat", timeout=600, cron="15 3 * * *")


def test_syncing_again_changes_nothing() -> None:
    sync_schedules()
    before = list(Schedule.objects.values())

    sync_schedules()

    assert list(Schedule.objects.values()) == before
    assert len(before) == len(RECURRING_TASKS)


def test_a_change_in_the_list_reaches_the_database_and_a_removal_too() -> None:
    sync_schedules((NIGHTLY,))
    sync_schedules((replace(NIGHTLY, cron="30 4 * * *"),))

    assert [schedule.cron for schedule in Schedule.objects.all()] == ["30 4 * * *"]

    sync_schedules(())

    assert not Schedule.objects.exists()


def test_a_schedule_made_by_hand_stays() -> None:
    Schedule.objects.create(name="mine", func=HEARTBEAT)

    sync_schedules(())

    assert Schedule.objects.get().name == "mine"


def test_nightly_work_waits_for_its_night() -> None:
    sync_schedules((NIGHTLY,))

    due = Schedule.objects.get().next_run
    assert timezone.now() < due <= timezone.now() + timedelta(days=1)
    assert (due.hour, due.minute) == (3, 15)


@pytest.mark.django_db(transaction=True)
def test_many_that_sync_at_once_make_each_schedule_once() -> None:
    split(at_once([sync_schedules] * 8))

    names = Schedule.objects.order_by("name").values_list("name", flat=True)
    assert list(names) == sorted(f"system.{task.name}" for task in RECURRING_TASKS)


def test_copies_of_a_schedule_are_cleared_away() -> None:
    sync_schedules()
    kept = list(Schedule.objects.order_by("pk").values_list("pk", flat=True))
    for copy in Schedule.objects.all():
        copy.pk = None
        copy.save()

    sync_schedules()

    assert list(Schedule.objects.order_by("pk").values_list("pk", flat=True)) == kept


@pytest.mark.django_db(transaction=True)  # the scheduler drops the connection it finds
def test_the_scheduler_takes_function_and_time_limit_from_the_list() -> None:
    sync_schedules((RecurringTask("beat", HEARTBEAT, timeout=10, minutes=1),))

    scheduler()

    task = OrmQ.objects.get().task
    assert (task["func"], task["timeout"]) == (HEARTBEAT, 10)

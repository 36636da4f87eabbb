"""The watchdog's judgement: what counts as a worker that does not move, and what does not."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule, Task
from django_q.tasks import async_task

from config.worker import HEARTBEAT, is_wedged, last_heartbeat, release_tasks

pytestmark = pytest.mark.django_db

PATIENCE = timedelta(seconds=90)


def ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def queue(*, waiting: float, limit: int = 20) -> OrmQ:
    """A task that was put in the queue so many seconds ago."""
    async_task(HEARTBEAT, q_options={"timeout": limit})
    row = OrmQ.objects.latest("pk")
    row.lock = ago(waiting)
    row.save()
    return row


def hand_out(*, seconds: float, limit: int = 20) -> OrmQ:
    """A task that was handed to a worker so many seconds ago, as the broker does it."""
    row = queue(waiting=seconds, limit=limit)
    row.lock += timedelta(seconds=Conf.RETRY)
    row.save()
    return row


def finish(row: OrmQ, *, seconds: float, success: bool = True) -> None:
    """Record that the task of the row ended so many seconds ago."""
    task = row.task
    Task.objects.create(
        id=task["id"],
        name=task["name"],
        func=task["func"],
        started=ago(seconds),
        stopped=ago(seconds),
        success=success,
    )


def wedged(*, up_for: float = 3600) -> bool:
    return is_wedged(started=ago(up_for), patience=PATIENCE)


def test_an_idle_worker_is_fine() -> None:
    assert not wedged()


@pytest.mark.parametrize(("waiting", "expected"), [(80, False), (100, True)])
def test_a_queue_that_nobody_serves_is_stuck(waiting: float, expected: bool) -> None:
    queue(waiting=waiting)

    assert wedged() is expected


@pytest.mark.parametrize(("seconds", "expected"), [(100, False), (120, True)])
def test_a_running_task_has_its_time_limit_on_top(seconds: float, expected: bool) -> None:
    hand_out(seconds=seconds, limit=20)

    assert wedged() is expected


def test_a_busy_worker_with_a_backlog_moves() -> None:
    queue(waiting=1000)
    finish(hand_out(seconds=50), seconds=40)

    assert not wedged()


def test_a_task_that_failed_and_waits_for_its_next_try_holds_up_nobody() -> None:
    finish(hand_out(seconds=500), seconds=490, success=False)

    assert not wedged()


def test_a_worker_gets_time_to_start() -> None:
    queue(waiting=5000)

    assert not wedged(up_for=100)
    assert wedged(up_for=110)


@pytest.mark.parametrize(("overdue", "expected"), [(140, False), (160, True)])
def test_a_schedule_that_does_not_fire_is_stuck(overdue: float, expected: bool) -> None:
    Schedule.objects.create(func=HEARTBEAT, next_run=ago(overdue))

    assert wedged() is expected


def test_only_unfinished_tasks_of_the_dead_worker_are_released() -> None:
    earlier, lost, failed = (hand_out(seconds=age) for age in (300, 50, 40))
    finish(failed, seconds=30, success=False)

    assert release_tasks(handed_out_after=ago(100)) == 1

    due = OrmQ.objects.filter(lock__lte=timezone.now())
    assert list(due) == [lost]
    assert OrmQ.objects.get(pk=earlier.pk).lock == earlier.lock


def test_last_heartbeat_is_the_last_that_succeeded() -> None:
    assert last_heartbeat() is None

    finish(hand_out(seconds=300), seconds=200)
    finish(hand_out(seconds=100), seconds=90, success=False)

    assert last_heartbeat() == Task.objects.get(success=True).stopped

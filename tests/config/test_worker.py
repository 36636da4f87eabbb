"""The watchdog's judgement: what counts as a worker that does not move, and what does not."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import Failure, OrmQ, Schedule, Task
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from config.tasks import heartbeat
from config.worker import HEARTBEAT, MAX_HAND_OUTS, is_wedged, last_heartbeat, release_tasks
from tests.faults.cluster import SECONDS, Cluster
from tests.faults.cluster import release_tasks as release_all
from tests.servers import wait_until

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


def take() -> list[int]:
    """What the queue hands out next, once all locks have run out."""
    OrmQ.objects.update(lock=ago(1))
    return [pk for pk, _ in get_broker().dequeue() or []]


def test_a_task_that_waited_long_is_handed_out_and_left_alone() -> None:
    row = queue(waiting=1)
    row.payload = SignedPackage.dumps(row.task | {"started": ago(86_400)})
    row.save()

    assert take() == [row.pk]
    heartbeat()

    assert OrmQ.objects.get() == row
    assert not Task.objects.exists()


def test_a_task_that_never_ends_is_buried_after_its_last_try() -> None:
    row = queue(waiting=1)

    assert [take() for _ in range(MAX_HAND_OUTS + 1)] == [[row.pk]] * MAX_HAND_OUTS + [[]]

    assert not OrmQ.objects.exists()
    buried = Failure.objects.get()
    assert (buried.func, buried.attempt_count) == (HEARTBEAT, MAX_HAND_OUTS)
    assert "never came to an end" in buried.result


def test_what_cannot_be_read_is_left_to_the_worker_to_refuse() -> None:
    row = queue(waiting=1)
    OrmQ.objects.update(payload="nonsense")

    assert take() == [row.pk]
    assert OrmQ.objects.get().payload == "nonsense"


@pytest.mark.django_db(transaction=True)
def test_a_task_that_kills_every_worker_comes_to_an_end(tmp_path: Path) -> None:
    log = tmp_path / "tries"
    log.touch()
    async_task("tests.config.jobs.die", str(log))

    with Cluster():
        for tries in range(1, MAX_HAND_OUTS + 1):
            wait_until(lambda n=tries: log.stat().st_size == n, seconds=SECONDS, what="a try")
            release_all()
        wait_until(lambda: not OrmQ.objects.exists(), seconds=SECONDS, what="its end")

    assert log.stat().st_size == Failure.objects.get().attempt_count == MAX_HAND_OUTS


def test_last_heartbeat_is_the_last_that_succeeded() -> None:
    assert last_heartbeat() is None

    finish(hand_out(seconds=300), seconds=200)
    finish(hand_out(seconds=100), seconds=90, success=False)

    assert last_heartbeat() == Task.objects.get(success=True).stopped

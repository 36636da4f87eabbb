"""The supervisor under every blow: nothing is left behind, nothing is lost."""

import shutil
import signal
import sqlite3
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

from config.supervisor.supervisor import back_off
from tests.config.opened import (
    SECONDS,
    OpenedCafe,
    OpenedWorker,
    is_alive,
    wait_until_gone,
)
from tests.servers import wait_until

pytestmark = pytest.mark.once

Open = Callable[..., OpenedCafe]


@pytest.fixture
def open_cafe(transactional_db: None, tmp_path: Path) -> Iterator[Open]:
    cafes = []

    def open_one(kind: type[OpenedCafe] = OpenedCafe, **env: str) -> OpenedCafe:
        cafe = kind(tmp_path / f"log-{len(cafes)}", WORKER_STALL_SECONDS="2", **env)
        cafes.append(cafe)
        cafe.wait_until_open()
        return cafe

    yield open_one
    for cafe in cafes:
        cafe.stop()


@pytest.fixture
def queue_jobs(tmp_path: Path) -> Callable[..., list[Path]]:
    """Queue jobs for the worker; returns the files they leave when they are done."""

    def queue(count: int, *, seconds: float = 0.0) -> list[Path]:
        marks = [tmp_path / f"mark-{uuid.uuid4()}" for _ in range(count)]
        for mark in marks:
            options = {"timeout": 5}
            async_task("tests.config.jobs.leave_mark", str(mark), seconds, q_options=options)
        return marks

    return queue


def wait_for(marks: list[Path]) -> None:
    wait_until(lambda: all(mark.exists() for mark in marks), seconds=SECONDS, what="the jobs")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_leaves_nothing_behind_and_loses_no_task(
    open_cafe: Open, queue_jobs: Callable, signum: int, tmp_path: Path
) -> None:
    cafe = open_cafe()
    tree = cafe.tree()
    marks = queue_jobs(6, seconds=0.3)
    wait_for(marks[:1])

    cafe.process.send_signal(signum)

    assert cafe.process.wait(SECONDS) == 0
    assert [process for process in tree if is_alive(process)] == []
    done = {str(mark) for mark in marks if mark.exists()}
    queued = {row.task["args"][0] for row in OrmQ.objects.all()}
    assert done | queued == {str(mark) for mark in marks}
    assert done & queued == set()
    if connection.vendor == "sqlite":
        assert_the_file_alone_is_whole(tmp_path / "copy.sqlite3")


def assert_the_file_alone_is_whole(copy: Path) -> None:
    """A copy without the write-ahead log holds what the database does."""
    shutil.copy(connection.settings_dict["NAME"], copy)
    base = sqlite3.connect(copy)
    try:
        for model in (OrmQ, Task):
            [[count]] = base.execute(f"SELECT COUNT(*) FROM {model._meta.db_table}")
            assert count == model.objects.count()
    finally:
        base.close()
    assert Task.objects.exists()


def test_a_request_waits_while_the_killed_web_server_comes_back(open_cafe: Open) -> None:
    cafe = open_cafe()
    killed = cafe.part("daphne")

    killed.kill()

    assert cafe.get() == 200
    assert cafe.part("daphne").pid != killed.pid


def test_any_process_of_the_worker_may_be_killed(open_cafe: Open, queue_jobs: Callable) -> None:
    worker = open_cafe(OpenedWorker)
    # From the youngest to the leader: what takes a killed one's place stands behind those to come.
    for victim in reversed(range(len(worker.worker_tree()))):
        worker.wait_until_whole()
        killed = worker.worker_tree()[victim]

        killed.kill()

        wait_for(queue_jobs(4))
        wait_until_gone([killed])


def test_tasks_in_the_hands_of_a_killed_worker_are_done_again(
    open_cafe: Open, queue_jobs: Callable
) -> None:
    worker = open_cafe(OpenedWorker)
    tree = worker.worker_tree()
    marks = queue_jobs(4, seconds=1.0)
    wait_until(
        lambda: any(row.lock > row.task["started"] for row in OrmQ.objects.all()),
        seconds=SECONDS,
        what="a task handed out",
    )

    tree[0].kill()

    wait_until_gone(tree)
    wait_for(marks)
    wait_until(lambda: not OrmQ.objects.exists(), seconds=SECONDS, what="an empty queue")


def test_a_wedged_worker_is_replaced(open_cafe: Open, queue_jobs: Callable) -> None:
    worker = open_cafe(OpenedWorker)
    tree = worker.worker_tree()
    for process in tree:
        process.suspend()

    marks = queue_jobs(2)

    wait_for(marks)
    wait_until_gone(tree)
    assert "The worker does not move" in worker.output()


def test_when_the_supervisor_is_killed_its_parts_end(open_cafe: Open, queue_jobs: Callable) -> None:
    cafe = open_cafe()
    tree = cafe.tree()

    cafe.process.kill()

    wait_until_gone(tree)
    marks = queue_jobs(2)
    second = open_cafe()
    wait_for(marks)
    if sys.platform == "linux":
        kill_with_the_leader_of_its_worker(second)


def kill_with_the_leader_of_its_worker(cafe: OpenedCafe) -> None:
    """Of the worker's other processes none is left, though nobody is there to sweep them up."""
    tree = cafe.tree()
    supervisor, leader = tree[0], cafe.part("qcluster")
    supervisor.suspend()
    leader.kill()
    supervisor.kill()
    wait_until_gone(tree)


def test_an_empty_cafe_names_its_address_and_no_logins_and_a_taken_port_is_refused_in_words(
    open_cafe: Open, tmp_path: Path
) -> None:
    cafe = open_cafe()
    assert f"Smart Coffee is open at {cafe.url}/" in cafe.output()
    assert "login" not in cafe.output().lower()

    second = OpenedCafe(tmp_path / "second", PORT=str(cafe.port))

    assert second.process.wait(SECONDS) == 1
    assert f"Cannot listen on 127.0.0.1:{cafe.port}" in second.output()
    assert "make run PORT=" in second.output()
    assert cafe.get() == 200


def test_back_off_starts_at_once_and_grows_to_half_a_minute() -> None:
    assert [back_off(deaths) for deaths in range(9)] == [0, 0, 1, 2, 4, 8, 16, 30, 30]

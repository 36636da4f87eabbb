"""The worker as `manage.py qcluster` runs it, a tree of processes whose members may be killed."""

import os
import signal
import subprocess
import sys

import psutil
from django.conf import settings
from django.utils import timezone
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

from config.supervisor.processes import die_with_parent
from tests.served import database_url
from tests.servers import wait_until

SECONDS = 90  # a limit for a busy machine; every wait ends as soon as its condition holds


class Cluster:
    """A whole django-q2 cluster over the test's own database. A context manager."""

    def __init__(self, **env: str) -> None:
        self._env = os.environ | {"DATABASE_URL": database_url()} | env

    def __enter__(self) -> "Cluster":
        self._leader = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=settings.BASE_DIR,
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        return self

    def __exit__(self, *_exc: object) -> None:
        self.kill()

    def kill(self) -> None:
        """SIGKILL to every process of it, as when the machine loses power."""
        for process in self._processes():
            process.kill()
        self._leader.wait(SECONDS)

    def kill_whose_port_is(self, port: int) -> None:
        """SIGKILL to the member that holds the connection from local `port`; waits for its end."""
        [holder] = [process for process in self._processes() if _holds(process, port)]
        holder.kill()
        holder.wait(SECONDS)

    def _processes(self) -> list[psutil.Process]:
        if self._leader.poll() is not None:
            return []
        leader = psutil.Process(self._leader.pid)
        return [leader, *leader.children(recursive=True)]


def work_off(func: str, *args: object) -> None:
    """Queue a task and return when a cluster has run it; AssertionError if it failed."""
    task_id = async_task(func, *args)
    wait_until(
        lambda: Task.objects.filter(pk=task_id).exists(), seconds=SECONDS, what=f"the end of {func}"
    )
    task = Task.objects.get(pk=task_id)
    assert task.success, task.result


def release_tasks() -> None:
    """As if the time had passed after which the queue hands out unfinished tasks again."""
    OrmQ.objects.update(lock=timezone.now())


def _holds(process: psutil.Process, port: int) -> bool:
    try:
        return any(line.laddr and line.laddr.port == port for line in process.net_connections())
    except psutil.NoSuchProcess:
        return False

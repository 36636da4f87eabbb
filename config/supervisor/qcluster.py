"""`python -m config.supervisor.qcluster`: the django-q2 cluster, which leaves no process behind.

The kernel tells the leader alone of the supervisor's end. Where both are killed at once, the forks
would go on, beside the worker of the next start.
"""

import os
import signal

from django.core.management import execute_from_command_line

from config.supervisor.processes import bind_forks


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    bind_forks(signal.SIGKILL)
    execute_from_command_line(["manage.py", "qcluster"])


if __name__ == "__main__":
    main()

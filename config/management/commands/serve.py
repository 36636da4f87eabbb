import socket
import time
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from config.env import env
from config.sqlite.log import fold_log
from config.supervisor.parts import web_server, worker
from config.supervisor.preparation import prepare
from config.supervisor.supervisor import Supervisor

DEMO_LOGINS = ("cashier", "barista", "manager")
DEMO_PASSWORD = "coffee"
BIND_SECONDS = 3.0


class Command(BaseCommand):
    requires_system_checks = ()  # the tests check the code; a café should open fast
    help = "Opens the café: web server and worker under one supervisor, until Ctrl-C."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default=env.str("HOST", default="127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.str("PORT", default="8000"))
        parser.add_argument(
            "--no-demo",
            dest="demo",
            action="store_false",
            default=env.bool("DEMO", default=True),
            help="leave an empty database empty",
        )

    def handle(self, *, host: str, port: int, demo: bool, **_options) -> None:
        with open_listener(host, port) as listener:
            self._prepare(demo=demo)
            Thread(target=self._announce, args=(listener.getsockname(),), daemon=True).start()
            Supervisor([web_server(listener), worker()]).run()
        if not fold_log():
            self.stdout.write("The newest data is still beside the database, in its -wal file.")
        self.stdout.write("Closed. Everything is kept in the database.")

    def _prepare(self, *, demo: bool) -> None:
        try:
            prepare(demo=demo, report=self._report)
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped before the café was open.", returncode=130) from None
        finally:
            connections.close_all()

    def _report(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _announce(self, address: tuple[str, int]) -> None:
        url = f"http://{'127.0.0.1' if address[0] == '0.0.0.0' else address[0]}:{address[1]}"
        wait_for_answer(f"{url}/healthz")
        self.stdout.write(self.style.SUCCESS(f"\nSmart Coffee is open at {url}/"))
        if logins := demo_logins():
            self.stdout.write(f"Demo logins: {', '.join(logins)}; the password is {DEMO_PASSWORD}")
        self.stdout.write("Ctrl-C closes it.\n")
        self.stdout.flush()
        connections.close_all()


def open_listener(host: str, port: int) -> socket.socket:
    """Listen on the address; raises CommandError when that cannot be had.

    The supervisor holds the socket, not the web server: while that restarts, clients wait in the
    queue instead of being turned away. A server that is just closing down gets a moment to do so.
    """
    deadline = time.monotonic() + BIND_SECONDS
    while True:
        try:
            return socket.create_server((host, port), backlog=512)
        except (OSError, OverflowError) as error:
            if time.monotonic() > deadline:
                raise CommandError(
                    f"Cannot listen on {host}:{port}: {error}. "
                    "Choose another port, for example: make run PORT=8123"
                ) from error
        time.sleep(0.1)


def wait_for_answer(url: str) -> None:
    """Return when the address answers over HTTP, whatever the answer."""
    while True:
        try:
            with urlopen(url, timeout=60):
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.1)


def demo_logins() -> list[str]:
    """The demo accounts that really work: none in a café of its own."""
    users = get_user_model().objects.filter(username__in=DEMO_LOGINS, is_active=True)
    return sorted(user.username for user in users if user.check_password(DEMO_PASSWORD))

import errno
import socket
import time
from argparse import ArgumentTypeError
from threading import Thread
from urllib.request import ProxyHandler, Request, build_opener

from django.conf import settings
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
LOOPBACK = "127.0.0.1"


class Command(BaseCommand):
    requires_system_checks = ()  # the tests check the code; a café should open fast
    help = "Opens the café: web server and worker under one supervisor, until Ctrl-C."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default=env.str("HOST", default=""))
        parser.add_argument("--port", type=_port, default=env.port("PORT", default=8000))
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
        url = f"http://{LOOPBACK if address[0] == '0.0.0.0' else address[0]}:{address[1]}"
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
    # No host at all would mean every interface: that must be asked for, by 0.0.0.0.
    host = host.strip() or LOOPBACK
    deadline = time.monotonic() + BIND_SECONDS
    while True:
        try:
            return socket.create_server((host, port), backlog=512)
        except (OSError, UnicodeError) as error:
            number = getattr(error, "errno", None)
            if number != errno.EADDRINUSE or time.monotonic() > deadline:
                raise CommandError(
                    f"Cannot listen on {host}:{port}: {error}. {_advice(number)}"
                ) from error
        time.sleep(0.1)


def _advice(number: int | None) -> str:
    if number in (errno.EADDRINUSE, errno.EACCES):
        return "Choose another port, for example: make run PORT=8123"
    return f"HOST is an IPv4 address of this machine: {LOOPBACK}, or 0.0.0.0 for all it has."


def wait_for_answer(url: str) -> None:
    """Return when the address answers 200."""
    opener = build_opener(ProxyHandler({}))  # the café is here, whatever leads to the world outside
    request = Request(url, headers={"Host": _own_name()})
    while True:
        try:
            with opener.open(request, timeout=60) as answer:
                if answer.status == 200:
                    return
        except OSError:  # an answer from 400 up is one too
            pass
        time.sleep(0.1)


def _own_name() -> str:
    """A name this café may be called by."""
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    return names[0] if names else LOOPBACK


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise ArgumentTypeError(f"{text!r} is not a port, from 0 to 65535")
    return port


def demo_logins() -> list[str]:
    """The demo accounts that really work: none in a café of its own."""
    users = get_user_model().objects.filter(username__in=DEMO_LOGINS, is_active=True)
    return sorted(user.username for user in users if user.check_password(DEMO_PASSWORD))

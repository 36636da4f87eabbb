"""A real mail server on this machine that does what a test tells it to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.servers import free_port

OK, REFUSE, HANG, DROP = "ok", "refuse", "hang", "drop"
CONNECT, DATA, QUIT = "connect", "data", "quit"


@dataclass
class MailServer:
    """Keeps in `received` what reached the end of DATA, whatever it answered then.

    `mode`: accept, refuse the recipient, never answer, or hang up after DATA. `at` runs a function
    when a client reaches a step, with the client's port: connecting, the DATA command, or QUIT,
    which it says once it has read the 250. `clients` counts those that greeted. A context manager.
    """

    mode: str = OK
    at: dict[str, Callable[[int], object]] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)
    clients: int = 0

    def __post_init__(self) -> None:
        self.port = free_port()
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._controller.stop()

    @property
    def settings(self) -> dict[str, object]:
        """What leads Django here, as settings."""
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_TIMEOUT": 1,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same for another process."""
        return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.port), "EMAIL_TIMEOUT": "20"}

    def reach(self, step: str, client: tuple[str, int]) -> None:
        if act := self.at.get(step):
            act(client[1])

    async def handle_EHLO(self, server, session, envelope, name, answers):  # noqa: N802
        self.clients += 1
        session.host_name = name
        return answers

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if self.mode == REFUSE:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.mode == HANG:
            await asyncio.sleep(3600)  # ended with the server
        if self.mode == DROP:
            server.transport.abort()
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope) -> str:  # noqa: N802
        self.reach(QUIT, session.peer)
        return "221 Bye"


class _Protocol(SMTP):
    def connection_made(self, transport) -> None:
        self.event_handler.reach(CONNECT, transport.get_extra_info("peername"))
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        self.event_handler.reach(DATA, self.session.peer)
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Protocol(self.handler)

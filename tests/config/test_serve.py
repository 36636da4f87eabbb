"""What `manage.py serve` does before it starts anything: it listens, and waits for an answer."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import CommandError, call_command

from config.management.commands.serve import open_listener, wait_for_answer

pytestmark = pytest.mark.once


class Recovering(BaseHTTPRequestHandler):
    """Answers 500 once and then 200."""

    def do_GET(self) -> None:
        self.server.hosts.append(self.headers["Host"])
        self.send_response(500 if len(self.server.hosts) == 1 else 200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def recovering() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Recovering) as server:
        server.hosts = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_server_that_fails_is_not_open_yet(recovering, settings, monkeypatch) -> None:
    settings.ALLOWED_HOSTS = ["*", ".cafe.example"]
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    wait_for_answer(f"http://127.0.0.1:{recovering.server_port}/healthz")

    assert recovering.hosts == ["cafe.example"] * 2


def test_no_host_means_this_machine_alone() -> None:
    with open_listener("", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["::1", "192.0.2.1", "nonsense.invalid", "a..b"])
def test_a_host_that_is_not_ours_is_not_blamed_on_the_port(host: str) -> None:
    with pytest.raises(CommandError, match="HOST is an IPv4 address of this machine") as refused:
        open_listener(host, 0)
    assert "another port" not in str(refused.value)


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(CommandError, match="is not a port, from 0 to 65535"):
        call_command("serve", f"--port={port}")


def test_a_taken_port_is(monkeypatch) -> None:
    monkeypatch.setattr("config.management.commands.serve.BIND_SECONDS", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match="Choose another port"):
            open_listener("127.0.0.1", port)

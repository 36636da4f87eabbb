"""Workers killed at every step of a mail: the order is right, and it is always the same mail."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from config.supervisor.processes import die_with_parent
from sales.cart import CartItem
from stock.models import MailAttempt, PurchaseOrder
from stock.services.mailing import MAX_ATTEMPTS
from stock.tasks import send_overdue
from tests.assertions import row_counts
from tests.factories import Cafe, make_cafe, make_supplier
from tests.sales.ordering import sell
from tests.served import database_url
from tests.smtp import CONNECT, DATA, QUIT, MailServer
from tests.stock.conftest import set_limits

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 120
SEND = "from stock.tasks import send_purchase_order; send_purchase_order({})"
SELL_AND_DIE = """
import os, signal
from django.db import transaction
from sales.cart import CartItem
from sales.services import OrderRequest, place_order
from stock.models import PurchaseOrder
from django_q.models import OrmQ
with transaction.atomic():
    place_order(
        request=OrderRequest(items=(CartItem("Latte", quantity=2),), payments=()),
        location={},
        key=None,
    )
    assert PurchaseOrder.objects.filter(mail="waiting").exists() and OrmQ.objects.exists()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def cafe(transactional_db) -> Cafe:
    cafe = make_cafe(stock=1000)
    make_supplier(items={"Milk": (300, 150)})
    set_limits(cafe, "Milk", 600, 2000)
    return cafe


@pytest.fixture
def order(cafe) -> PurchaseOrder:
    """Five packs of milk whose mail is due."""
    sell(cafe, CartItem("Latte", quantity=2))
    PurchaseOrder.objects.update(mail_due_at=timezone.now())
    return PurchaseOrder.objects.get()


class Worker:
    """A process that does one piece of work, and may be killed in it."""

    def __init__(self, code: str, **env: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(project.BASE_DIR) / "manage.py", "shell", "-v0", "-c", code],
            env=os.environ | {"DATABASE_URL": database_url()} | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def kill(self) -> None:
        self._process.kill()

    def was_killed(self) -> bool:
        """Wait for its end; whether it came by SIGKILL. Fails on any other but success."""
        output, _ = self._process.communicate(timeout=SECONDS)
        assert self._process.returncode in (0, -signal.SIGKILL), output
        return self._process.returncode == -signal.SIGKILL


def send_and_die(order: PurchaseOrder, server: MailServer, step: str) -> None:
    """Have a worker send the order, killed when the server sees it at `step`."""
    worker = Worker(SEND.format(order.pk), **server.environment)
    server.at[step] = worker.kill
    assert worker.was_killed()
    del server.at[step]
    order.refresh_from_db()


def pass_lease(order: PurchaseOrder) -> None:
    """As if the claim had grown old enough for the check to take the mail up again."""
    PurchaseOrder.objects.filter(pk=order.pk).update(
        mail_due_at=timezone.now() - timedelta(minutes=3)
    )


def test_killed_before_the_commit_there_is_neither_sale_nor_order_nor_task(cafe):
    before = row_counts()
    worker = Worker(SELL_AND_DIE.format(cafe.location.pk), PURCHASE_BATCH_SECONDS="0")
    assert worker.was_killed()
    assert row_counts() == before
    assert cafe.on_hand("Milk") == 1000


def test_killed_before_the_worker_took_it_the_task_is_still_there(cafe, settings, mail_server):
    settings.PURCHASE_BATCH_SECONDS = 0
    sell(cafe, CartItem("Latte", quantity=2))
    [queued], order = OrmQ.objects.all(), PurchaseOrder.objects.get()
    assert (queued.task["func"], queued.task["args"]) == (
        "stock.tasks.send_purchase_order",
        (order.pk,),
    )
    pass_lease(order)
    OrmQ.objects.all().delete()  # even with its queue lost, the check finds it
    send_overdue()
    order.refresh_from_db()
    assert (order.status, len(mail_server.received)) == ("sent", 1)


@pytest.mark.parametrize(
    ("step", "mails"),
    [(CONNECT, 1), (DATA, 1), (QUIT, 2)],
    ids=["before SMTP", "in DATA", "after the 250, before the commit"],
)
def test_killed_while_sending_it_is_sent_again_as_the_same_mail(order, mail_server, step, mails):
    send_and_die(order, mail_server, step)
    assert (order.status, order.mail, order.mail_attempts) == ("draft", "sending", 1)
    assert order.claimed_at is not None
    identity = order.message_id
    assert identity

    send_overdue()
    order.refresh_from_db()
    assert order.mail_attempts == 1  # the claim is young: its owner may be alive

    pass_lease(order)
    send_overdue()
    send_overdue()
    order.refresh_from_db()
    assert (order.status, order.mail, order.mail_attempts) == ("sent", "sent", 2)
    assert [mail["Message-ID"] for mail in mail_server.received] == [identity] * mails
    assert MailAttempt.objects.count() == 1
    assert Schedule.objects.filter(func__contains="send_purchase_order").count() == 1


def test_a_mail_that_kills_every_worker_is_given_up_and_shown(order, mail_server):
    PurchaseOrder.objects.update(mail_attempts=MAX_ATTEMPTS - 2)
    for _ in range(2):
        send_and_die(order, mail_server, DATA)
        pass_lease(order)
    send_overdue()
    order.refresh_from_db()
    assert (order.status, order.mail) == ("draft", "failed")
    assert (order.mail_attempts, order.mail_error) == (MAX_ATTEMPTS, "No try came to an end.")
    pass_lease(order)
    send_overdue()
    assert mail_server.received == []
    assert mail_server.clients == 2

"""Workers killed at every step of a mail: the order is right, and it is always the same mail."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone
from django_q.models import OrmQ

from sales.cart import CartItem
from stock.models import MailAttempt, PurchaseOrder
from stock.services.mailing import MAX_ATTEMPTS
from stock.services.requesting import SEND_TASK
from stock.tasks import send_overdue
from tests.assertions import row_counts
from tests.factories import Cafe, make_cafe, make_supplier
from tests.faults.cluster import SECONDS, Cluster, release_tasks, work_off
from tests.sales.ordering import sell
from tests.served import database_url
from tests.servers import wait_until
from tests.smtp import CONNECT, DATA, QUIT, MailServer
from tests.stock.conftest import set_limits

pytestmark = pytest.mark.django_db(transaction=True)
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
def order(cafe, settings) -> PurchaseOrder:
    """Five packs of milk whose mail the sale has queued for now."""
    settings.PURCHASE_BATCH_SECONDS = 0
    sell(cafe, CartItem("Latte", quantity=2))
    return PurchaseOrder.objects.get()


@pytest.fixture
def cluster(order, mail_server) -> Iterator[Cluster]:
    """A worker that is about to find the order's mail in its queue."""
    with Cluster(**mail_server.environment) as cluster:
        yield cluster


def kill_sender(cluster: Cluster, server: MailServer, step: str) -> None:
    """Have `cluster` try what is in its queue; SIGKILL to the one that reaches `step` of a mail."""

    def kill(port: int) -> None:
        cluster.kill_whose_port_is(port)
        del server.at[step]

    server.at[step] = kill
    release_tasks()
    wait_until(lambda: step not in server.at, seconds=SECONDS, what=f"a worker at {step}")


def pass_lease(order: PurchaseOrder) -> None:
    """As if the claim had grown old enough for the check to take the mail up again."""
    PurchaseOrder.objects.filter(pk=order.pk).update(
        mail_due_at=timezone.now() - timedelta(minutes=3)
    )


def test_killed_before_the_commit_there_is_neither_sale_nor_order_nor_task(cafe):
    before = row_counts()
    seller = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SELL_AND_DIE.format(cafe.location.pk)],
        cwd=project.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url(), "PURCHASE_BATCH_SECONDS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert seller.returncode == -signal.SIGKILL, seller.stderr
    assert row_counts() == before
    assert cafe.on_hand("Milk") == 1000


def test_with_its_queue_lost_the_check_finds_it(order, mail_server):
    OrmQ.objects.all().delete()
    pass_lease(order)
    send_overdue()
    order.refresh_from_db()
    assert (order.status, len(mail_server.received)) == ("sent", 1)


def test_killed_at_each_step_it_is_sent_again_as_the_same_mail(order, cluster, mail_server):
    """Before SMTP, in DATA, after the 250 but before the commit; the fourth try comes through."""
    [queued] = OrmQ.objects.all()
    assert (queued.task["func"], queued.task["args"]) == (SEND_TASK, (order.pk,))

    for attempt, step in enumerate((CONNECT, DATA, QUIT), start=1):
        kill_sender(cluster, mail_server, step)
        order.refresh_from_db()
        assert (order.status, order.mail, order.mail_attempts) == ("draft", "sending", attempt)
        assert order.claimed_at is not None
        work_off("stock.tasks.send_overdue")
        order.refresh_from_db()
        assert order.mail_attempts == attempt  # the claim is young: its owner may be alive
        assert len(mail_server.received) == (step == QUIT)
        pass_lease(order)
    release_tasks()
    wait_until(lambda: not OrmQ.objects.exists(), seconds=SECONDS, what="an empty queue")
    work_off("stock.tasks.send_overdue")

    order.refresh_from_db()
    assert (order.status, order.mail, order.mail_attempts) == ("sent", "sent", 4)
    assert [mail["Message-ID"] for mail in mail_server.received] == [order.message_id] * 2
    assert MailAttempt.objects.count() == 1


def test_a_mail_that_kills_every_worker_is_given_up_and_shown(order, cluster, mail_server):
    for _ in range(MAX_ATTEMPTS):
        kill_sender(cluster, mail_server, DATA)
        pass_lease(order)
    release_tasks()
    wait_until(lambda: not OrmQ.objects.exists(), seconds=SECONDS, what="an empty queue")
    pass_lease(order)
    work_off("stock.tasks.send_overdue")
    order.refresh_from_db()
    assert (order.status, order.mail) == ("draft", "failed")
    assert (order.mail_attempts, order.mail_error) == (MAX_ATTEMPTS, "No try came to an end.")
    assert mail_server.received == []
    assert mail_server.clients == MAX_ATTEMPTS

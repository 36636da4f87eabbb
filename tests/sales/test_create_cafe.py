"""Opening the demo café: only where there is nothing, whole or not at all, at any hour."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sales.demo import create_cafe, is_needed
from sales.models import Order, OrderLine, Shift
from sales.roles import make_roles
from tests.assertions import assert_ledger_adds_up, row_counts

ALMATY = ZoneInfo("Asia/Almaty")


def test_someone_who_signed_up_is_not_joined_by_people_with_a_public_password(db):
    assert is_needed()
    User.objects.create_superuser("owner", password="a long secret")
    assert not is_needed()


def test_stopped_half_way_it_leaves_nothing(db):
    make_roles()
    before = row_counts()

    def stop(text: str) -> None:
        if "orders up to" in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create_cafe(now=timezone.now(), days=1, report=stop)
    assert row_counts() == before
    assert is_needed()


@pytest.mark.once
@pytest.mark.parametrize("clock", ["00:30", "03:59", "04:00", "07:02", "23:50"])
def test_at_any_hour_orders_are_at_work_and_none_is_of_the_future(db, clock):
    make_roles()
    now = datetime.fromisoformat(f"2025-10-17T{clock}:00").replace(tzinfo=ALMATY)
    location = create_cafe(now=now, days=0)
    today = Order.objects.filter(business_day=location.business_day(now))
    assert today.filter(status__in=Order.ACTIVE).count() == 7
    assert location.serial == today.count()
    assert Order.objects.latest("created_at").created_at <= now
    assert Order.objects.filter(completed_at__gt=now).count() == 0
    assert Shift.objects.get(closed_at=None).opened_at <= today.earliest("id").created_at
    assert_ledger_adds_up()


@pytest.mark.once
def test_the_same_day_always_sold_the_same(db):
    make_roles()

    def history() -> list:
        create_cafe(now=datetime(2025, 10, 17, 9, tzinfo=ALMATY), days=1)
        lines = OrderLine.objects.filter(order__completed_at__isnull=False).order_by("id")
        rows = list(lines.values_list("order__created_at", "product_name", "size_name", "total"))
        transaction.set_rollback(True)
        return rows

    with transaction.atomic():
        first = history()
    with transaction.atomic():
        assert history() == first
    assert len(first) > 200

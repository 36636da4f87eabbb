"""The queue of writers before SQLite's lock: first come, first served."""

from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction

from config.sqlite.base import DatabaseWrapper, FairLock
from stock.models import Ingredient
from tests.concurrency.threads import at_once, split

pytestmark = pytest.mark.once
WAIT = 30


class TestFairLock:
    def test_waiters_are_served_in_the_order_they_came(self):
        lock, served = FairLock(), []
        lock.acquire()
        threads = []
        for n in range(5):
            threads.append(Thread(target=self._serve, args=(lock, n, served)))
            threads[-1].start()
            self._until_waiting(lock, n + 1)
        lock.release()
        for thread in threads:
            thread.join(WAIT)
        assert served == [0, 1, 2, 3, 4]

    def test_one_at_a_time(self):
        lock, inside, most = FairLock(), [], []

        def enter() -> None:
            for _ in range(200):
                lock.acquire()
                inside.append(1)
                most.append(len(inside))
                inside.pop()
                lock.release()

        threads = [Thread(target=enter) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT)
        assert (len(most), max(most)) == (1600, 1)

    def _serve(self, lock: FairLock, n: int, served: list[int]) -> None:
        lock.acquire()
        served.append(n)
        lock.release()

    def _until_waiting(self, lock: FairLock, count: int) -> None:
        ready = Event()
        while len(lock._waiters) < count:
            ready.wait(0.001)


@pytest.fixture
def writer_lock(transactional_db) -> FairLock:
    wrapper = connections["default"]
    if not isinstance(wrapper, DatabaseWrapper):
        pytest.skip("a queue for SQLite's writers")
    return wrapper._writer_lock


class TestTransactions:
    def test_the_lock_is_held_from_begin_to_commit(self, writer_lock):
        with transaction.atomic():
            assert writer_lock._held
        assert not writer_lock._held

    def test_it_is_given_back_after_an_error(self, writer_lock):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert not writer_lock._held

    def test_it_is_given_back_after_a_database_error(self, writer_lock):
        Ingredient.objects.create(name="Milk", unit="ml")
        with pytest.raises(IntegrityError), transaction.atomic():
            Ingredient.objects.create(name="Milk", unit="ml")
        assert not writer_lock._held

    def test_it_is_kept_through_an_inner_rollback(self, writer_lock):
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                raise ZeroDivisionError
            assert writer_lock._held
        assert not writer_lock._held

    def test_it_is_given_back_when_the_connection_closes_half_way(self, writer_lock):
        def leave_open() -> None:
            connection.set_autocommit(False)
            connection.ensure_connection()
            Ingredient.objects.create(name="Milk", unit="ml")
            connection.close()

        split(at_once([leave_open]))
        assert not writer_lock._held

    def test_it_is_given_back_when_a_late_constraint_fails_the_commit(self, writer_lock):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO sales_productsize"
                " (product_id, name, price, factor, is_default, position)"
                " VALUES (999, 'M', 1, 1, 0, 0)"
            )
        assert not writer_lock._held
        Ingredient.objects.create(name="Milk", unit="ml")

    def test_reads_do_not_wait_for_a_writer(self, writer_lock):
        def read() -> int:
            return Ingredient.objects.count()

        with transaction.atomic():
            Ingredient.objects.create(name="Milk", unit="ml")
            assert split(at_once([read]))[0] == [0]

    def test_many_writers_get_through(self, writer_lock):
        def write(n: int) -> None:
            for m in range(10):
                with transaction.atomic():
                    count = Ingredient.objects.count()
                    Ingredient.objects.create(name=f"{n}.{m} of {count}", unit="g")

        split(at_once([lambda n=n: write(n) for n in range(8)]))
        names = Ingredient.objects.values_list("name", flat=True)
        assert sorted(int(name.split()[-1]) for name in names) == list(range(80))


def test_connections_share_a_lock_for_a_file(writer_lock):
    locks = split(at_once([lambda: connections["default"]._writer_lock] * 3))[0]
    assert all(lock is writer_lock for lock in locks)

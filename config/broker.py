"""The queue of the worker: a table, from which a task that kills whatever runs it is taken."""

from django_q.brokers.orm import ORM

from config.worker import may_hand_out


class CountingBroker(ORM):
    """Hands a task out a bounded number of times, see `config.worker.may_hand_out`."""

    def dequeue(self) -> list[tuple[int, str]]:
        """The tasks to run next, each locked until its next try."""
        handed_out = super().dequeue() or []
        return [(pk, payload) for pk, payload in handed_out if may_hand_out(pk)]

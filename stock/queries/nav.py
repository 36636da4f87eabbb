"""What every page of the store room says at its top: how much waits for a person."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.db.models import Q, QuerySet

from stock.models import Location, PurchaseOrder, StockItem, StockMovement

Status = PurchaseOrder.Status
Mail = PurchaseOrder.Mail


@dataclass(frozen=True, slots=True)
class StockNav:
    """`to_look_at` purchase orders wait for a person, `failing` of them for their mail.

    `mark` differs after every change to stock or purchases, and only then; what is read after it is
    at least as new. `revision` is the location's.
    """

    revision: int
    mark: str
    to_look_at: int
    failing: int


def read_nav(location: Location, *, at: datetime) -> StockNav:
    """The head of the store room's pages, as of `location`, in three queries."""
    waiting = list(need_a_person(location, at=at))
    return StockNav(
        revision=location.revision,
        mark=f"{location.stock_revision}.{_digest_balances(location)}",
        to_look_at=len(waiting),
        failing=sum(order.is_failing for order in waiting),
    )


def _digest_balances(location: Location) -> str:
    """Sales leave the stock revision alone, and the last movement is not the last committed: ids
    are given out before. So the mark holds what is on hand, and the last movement for those that
    leave the balances as they were.
    """
    last = StockMovement.objects.filter(location=location).order_by("-id").values_list("pk")[:1]
    balances = StockItem.objects.filter(location=location).order_by("ingredient_id")
    state = [*last, *balances.values_list("ingredient_id", "on_hand")]
    return blake2b(repr(state).encode(), digest_size=8).hexdigest()


def need_a_person(location: Location, *, at: datetime) -> QuerySet[PurchaseOrder]:
    """Drafts that do not go by themselves, mails that fail, deliveries that are overdue."""
    today = location.local(at).date()
    held = Q(status=Status.DRAFT, mail=Mail.NONE) | PurchaseOrder.FAILING
    overdue = Q(status__in=PurchaseOrder.RECEIVABLE, expected_on__lt=today)
    return PurchaseOrder.objects.filter(held | overdue, location=location)


def failing_mails(location: Location) -> QuerySet[PurchaseOrder]:
    """Drafts whose mail was tried and not accepted, newest first, with their suppliers."""
    failing = PurchaseOrder.objects.filter(PurchaseOrder.FAILING, location=location)
    return failing.select_related("supplier")

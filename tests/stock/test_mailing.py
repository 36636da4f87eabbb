"""A purchase order's mail, through a real mail server that behaves and one that does not."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from sales.cart import CartItem
from stock.mail import build_mail
from stock.models import Location, MailAttempt, PurchaseOrder, Supplier
from stock.pdf import purchase_order_pdf
from stock.services import cancel_purchase_order, check_stock, send_now
from stock.services.mailing import LEASE, MAX_ATTEMPTS, send_purchase_order
from stock.tasks import check_needs, send_overdue
from tests.concurrency.threads import at_once, split
from tests.factories import make_supplier
from tests.sales.ordering import sell
from tests.servers import free_port
from tests.smtp import DATA, DROP, HANG, REFUSE
from tests.stock.conftest import lines_of, set_limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cafe, dairy) -> PurchaseOrder:
    """Five packs of milk whose mail is due."""
    cafe.location.address = "Abay Avenue 17"
    cafe.location.save()
    sell(cafe, CartItem("Latte", quantity=2))
    order = PurchaseOrder.objects.get()
    make_due(order)
    return order


class SupplierMovesMeanwhile(EmailBackend):
    """Delivers while somebody edits the supplier's address."""

    def send_messages(self, messages: list) -> int:
        Supplier.objects.update(email="elsewhere@suppliers.example")
        return super().send_messages(messages)


def make_due(order: PurchaseOrder) -> None:
    PurchaseOrder.objects.filter(pk=order.pk).update(mail_due_at=timezone.now())


def send(order: PurchaseOrder) -> PurchaseOrder:
    send_purchase_order(order_id=order.pk)
    order.refresh_from_db()
    return order


def parts(message) -> dict[str, object]:
    return {part.get_content_type(): part for part in message.walk()}


class TestAccepted:
    def test_it_is_sent_once_and_the_order_says_so(self, order, mail_server):
        send(order)
        send(order)
        assert len(mail_server.received) == 1
        assert (order.status, order.mail, order.mail_attempts) == ("sent", "sent", 1)
        assert order.sent_at is not None
        [attempt] = MailAttempt.objects.all()
        assert (attempt.recipient, attempt.accepted) == ("dairy@suppliers.example", True)

    def test_the_log_names_the_address_that_the_mail_went_to(self, order, settings):
        settings.EMAIL_BACKEND = f"{__name__}.SupplierMovesMeanwhile"
        send(order)
        [mail] = django_mail.outbox
        assert [MailAttempt.objects.get().recipient] == mail.to == ["dairy@suppliers.example"]

    def test_text_html_and_pdf_say_what_where_and_when(self, order, mail_server, settings):
        settings.PURCHASE_CONTACT = "dana@cafe.example"
        send(order)
        [message] = mail_server.received
        found = parts(message)
        assert message["To"] == "dairy@suppliers.example"
        assert message["Subject"] == f"Purchase order {order.number} from Corner"
        needed_by = order.expected_on.isoformat()
        for kind in ("text/plain", "text/html"):
            text = found[kind].get_content()
            for word in (order.number, "Milk", "Abay Avenue 17", needed_by, "dana@cafe.example"):
                assert word in text, (kind, word)
        assert "5 x pack of 300 Milk" in found["text/plain"].get_content()
        pdf = found["application/pdf"]
        assert pdf.get_filename() == f"{order.number}.pdf"
        assert pdf.get_content().startswith(b"%PDF-")
        assert f"Purchase order {order.number}".encode() in pdf.get_content()

    def test_a_cafe_called_in_two_lines_gets_its_mail_out(self, order, mail_server):
        Location.objects.update(name="Corner\nCafé")
        send(order)
        subject = mail_server.received[0]["Subject"]
        assert subject == f"Purchase order {order.number} from Corner Café"

    def test_the_pdf_names_whom_to_ask(self, order, settings):
        lines = list(order.lines.select_related("ingredient"))
        files = set()
        for settings.PURCHASE_CONTACT in ("dana@cafe.example", "aru@cafe.example"):
            files.add(purchase_order_pdf(order, lines))
        assert len(files) == 2

    @pytest.mark.parametrize("currency", ["GEL", "KZT", "UAH", "XOF"])
    def test_every_sign_of_the_pdf_is_in_its_font(self, order, caplog, currency):
        order.currency = currency
        purchase_order_pdf(order, list(order.lines.select_related("ingredient")))
        assert "missing" not in caplog.text

    def test_the_identity_comes_from_the_number(self, order, mail_server, settings):
        settings.MAIL_DOMAIN = "cafe.example"
        send(order)
        assert mail_server.received[0]["Message-ID"] == f"<po-{order.pk:05d}.corner@cafe.example>"

    def test_not_before_it_is_due(self, order, mail_server):
        soon = timezone.now() + timedelta(seconds=30)
        PurchaseOrder.objects.update(mail_due_at=soon)
        assert send(order).mail == "waiting"
        assert mail_server.clients == 0

    def test_text_and_html_give_the_cafes_own_day(self, order):
        order.claimed_at = datetime(2026, 3, 7, 23, 30, tzinfo=UTC)  # in Almaty it is Sunday
        assert order.ordered_on == date(2026, 3, 8)
        mail = build_mail(order)
        for text in (mail.body, mail.alternatives[0].content):
            assert "Ordered: 2026-03-08" in text

    def test_a_draft_that_waited_is_needed_by_a_day_to_come(self, order, mail_server):
        PurchaseOrder.objects.update(expected_on=date(2026, 3, 1))
        today = order.location.local(timezone.now()).date()
        send(order)
        assert order.expected_on == order.supplier.delivers_on(today) > today
        text = parts(mail_server.received[0])["text/plain"].get_content()
        assert f"Needed by: {order.expected_on}" in text


@pytest.mark.once
class TestNotAccepted:
    def test_a_refused_address_is_named_and_tried_again_later_as_the_same_mail(
        self, order, mail_server
    ):
        mail_server.mode = REFUSE
        before = timezone.now()
        send(order)
        assert (order.status, order.mail, order.mail_attempts) == ("draft", "waiting", 1)
        assert order.mail_error == (
            "The mail server refused the address dairy@suppliers.example: "
            "550 5.1.1 No such user here."
        )
        assert order.mail_due_at - before >= timedelta(seconds=59)
        assert Schedule.objects.filter(next_run=order.mail_due_at).count() == 1
        identity = order.message_id
        mail_server.mode = "ok"
        send(order)
        assert mail_server.received == []  # the delay counts
        make_due(order)
        send(order)
        assert mail_server.received[0]["Message-ID"] == identity == order.message_id
        assert (order.mail, order.mail_error, order.mail_attempts) == ("sent", "", 2)

    def test_tries_grow_apart_end_and_are_all_told(self, order, mail_server):
        mail_server.mode = REFUSE
        delays = []
        for _ in range(MAX_ATTEMPTS):
            make_due(order)
            send(order)
            tried_at = order.mail_attempts_log.first().at
            delays.append(order.mail_due_at and (order.mail_due_at - tried_at).total_seconds())
        assert delays == [60, 120, 240, 480, None]
        assert (order.status, order.mail) == ("draft", "failed")
        assert "No such user" in order.mail_error
        make_due(order)
        send(order)
        assert mail_server.clients == MAX_ATTEMPTS == MailAttempt.objects.count()

    def test_sending_again_by_hand_starts_over_with_the_same_identity(self, order, mail_server):
        PurchaseOrder.objects.update(
            mail="failed", mail_attempts=MAX_ATTEMPTS, message_id="<one@x>", mail_error="Bad"
        )
        send_now(order_id=order.pk, location_id=order.location_id)
        assert OrmQ.objects.count() == 1
        PurchaseOrder.objects.update(expected_on=date(2026, 3, 1))
        send(order)
        assert order.expected_on == date(2026, 3, 1)  # as the first try said
        assert (order.status, order.mail_attempts) == ("sent", 1)
        assert mail_server.received[0]["Message-ID"] == "<one@x>"

    def test_without_an_address_nothing_was_accepted(self, order, mail_server):
        Supplier.objects.update(email="")
        send(order)
        assert (order.status, order.mail) == ("draft", "waiting")
        assert order.mail_error == "The supplier has no e-mail address."
        assert not MailAttempt.objects.get().accepted

    def test_a_server_that_hangs_is_left(self, order, mail_server):
        mail_server.mode = HANG
        send(order)
        assert order.mail_error == "The mail server did not answer in time."
        assert order.mail == "waiting"

    def test_a_line_that_drops_after_the_mail_repeats_the_identity(self, order, mail_server):
        mail_server.mode = DROP
        send(order)
        assert order.mail_error == "The mail server hung up before it had accepted the mail."
        mail_server.mode = "ok"
        make_due(order)
        send(order)
        assert len({mail["Message-ID"] for mail in mail_server.received}) == 1
        assert (len(mail_server.received), order.status) == (2, "sent")

    def test_no_server_at_all(self, order, mail_server, settings):
        settings.EMAIL_PORT = free_port()
        assert send(order).mail_error == "The mail server could not be reached."

    def test_a_mail_that_cannot_be_made_ends_and_is_shown(self, order, mail_server):
        PurchaseOrder.objects.filter(pk=order.pk).update(message_id="<a>\nBcc: b@example.com")
        for _ in range(MAX_ATTEMPTS + 1):
            make_due(order)
            send(order)
        assert (order.mail, order.mail_attempts) == ("failed", MAX_ATTEMPTS)
        assert order.mail_error.startswith("The mail could not be made: BadHeaderError")
        assert mail_server.clients == 0

    def test_a_worker_that_dies_each_time_is_bounded_too(self, order, mail_server):
        """What it leaves behind is a claim and no attempt."""
        soon = timezone.now() + LEASE
        PurchaseOrder.objects.update(
            mail="sending", mail_attempts=MAX_ATTEMPTS, mail_due_at=soon, claimed_at=timezone.now()
        )
        assert send(order).mail == "sending"  # the claim is young: someone may be at it
        make_due(order)
        assert send(order).mail == "failed"
        assert order.mail_error == "No try came to an end."
        assert mail_server.clients == 0


class TestHeld:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"order_cap": 749}, "Above the cap of 749\u00a0₸ per order."),
            ({"minimum_order": 751}, "Below the supplier's minimum of 751\u00a0₸."),
            ({"auto_order": "draft"}, "The supplier is not on automatic sending."),
        ],
    )
    def test_it_waits_for_a_person_and_goes_once_one_says_so(
        self, cafe, mail_server, fields, reason
    ):
        supplier = make_supplier(items={"Milk": (300, 150)})
        sell(cafe, CartItem("Latte", quantity=2))  # 5 × 150 = 750
        order = PurchaseOrder.objects.get()
        for name, value in fields.items():
            setattr(supplier, name, value)
        supplier.save()
        make_due(order)
        send(order)
        assert (order.mail, order.mail_error, order.claimed_at) == ("none", reason, None)
        assert mail_server.clients == 0
        send_now(order_id=order.pk, location_id=cafe.location.pk)
        assert send(order).status == "sent"

    def test_what_a_person_sends_takes_no_more_lines(self, cafe, mail_server):
        make_supplier(items={"Milk": (300, 150)}, order_cap=749)
        sell(cafe, CartItem("Latte", quantity=2))
        order = PurchaseOrder.objects.get()
        send_now(order_id=order.pk, location_id=cafe.location.pk)
        set_limits(cafe, "Milk", 2100, 2500)
        check_stock(location_id=cafe.location.pk)
        newer, older = PurchaseOrder.objects.all()
        assert (older, lines_of(older), lines_of(newer)) == (order, {"Milk": 5}, {"Milk": 2})
        assert (newer.approved, send(order).status) == (False, "sent")

    @pytest.mark.parametrize(
        ("held", "freed"),
        [
            ({"auto_order": "draft"}, {"auto_order": "send"}),
            ({"order_cap": 749}, {"order_cap": 750}),
            ({"minimum_order": 751}, {"minimum_order": 750}),
        ],
    )
    def test_what_nothing_holds_any_more_leaves_with_the_next_check(self, cafe, held, freed):
        supplier = make_supplier(items={"Milk": (300, 150)}, **held)
        sell(cafe, CartItem("Latte", quantity=2))
        order = PurchaseOrder.objects.get()
        if order.mail == "waiting":
            make_due(order)
            send(order)
        check_needs()
        assert PurchaseOrder.objects.get().mail == "none"
        Supplier.objects.filter(pk=supplier.pk).update(**freed)
        revision = Location.objects.get().revision
        for _ in range(2):
            check_needs()
        order.refresh_from_db()
        assert (order.mail, order.mail_error, order.is_failing) == ("waiting", "", False)
        assert Schedule.objects.filter(next_run=order.mail_due_at).count() == 1
        assert Location.objects.get().revision == revision + 1

    def test_at_the_cap_and_at_the_minimum_it_goes(self, cafe, mail_server):
        make_supplier(items={"Milk": (300, 150)}, order_cap=750, minimum_order=750)
        sell(cafe, CartItem("Latte", quantity=2))
        order = PurchaseOrder.objects.get()
        make_due(order)
        assert send(order).status == "sent"

    def test_an_empty_one_never_goes(self, order, mail_server):
        order.lines.all().delete()
        send(order)
        assert (order.mail, order.mail_error) == ("none", "It has no lines.")

    def test_a_cancelled_one_does_not_go(self, order, mail_server):
        cancel_purchase_order(order_id=order.pk, location_id=order.location_id)
        assert send(order).status == "cancelled"
        assert mail_server.clients == 0


@pytest.mark.django_db(transaction=True)
class TestCancelledMeanwhile:
    """A person cancels while the mail is on the wire."""

    @pytest.mark.parametrize(("mode", "mail"), [(DROP, "none"), ("ok", "sent")])
    def test_it_stays_cancelled_and_its_try_is_told(self, order, mail_server, mode, mail):
        where = {"order_id": order.pk, "location_id": order.location_id}

        def cancel(_port: int) -> None:
            split(at_once([partial(cancel_purchase_order, **where)]))

        mail_server.mode, mail_server.at[DATA] = mode, cancel
        send(order)
        assert (order.status, order.mail, order.mail_error) == ("cancelled", mail, "")
        assert MailAttempt.objects.get().accepted == (mail == "sent")


class TestPickedUp:
    def test_a_lost_task_is_made_good_by_the_check(self, order, mail_server):
        PurchaseOrder.objects.update(mail_due_at=timezone.now() - timedelta(minutes=3))
        check_needs()
        order.refresh_from_db()
        assert (order.status, len(mail_server.received)) == ("sent", 1)

    def test_what_is_just_due_is_left_to_its_own_task(self, order, mail_server):
        send_overdue()
        assert mail_server.clients == 0


class TestCommand:
    def test_it_sends_and_says_through_what(self, mail_server, capsys):
        call_command("send_test_mail", "dana@cafe.example")
        assert mail_server.received[0]["To"] == "dana@cafe.example"
        assert capsys.readouterr().out == (
            f"Sent to dana@cafe.example. (through 127.0.0.1:{mail_server.port})\n"
        )

    def test_without_a_server_it_is_a_file(self, settings, tmp_path, capsys):
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_FILE_PATH = "", tmp_path
        call_command("send_test_mail", "dana@cafe.example")
        [file] = tmp_path.iterdir()
        assert "To: dana@cafe.example" in file.read_text()
        assert str(tmp_path) in capsys.readouterr().out

    def test_a_refusal_is_an_error_with_its_reason(self, mail_server):
        mail_server.mode = REFUSE
        with pytest.raises(CommandError, match=r"550 5\.1\.1 No such user here\. Nothing was sent"):
            call_command("send_test_mail", "nobody@cafe.example")

    def test_what_is_no_address_is_refused(self):
        with pytest.raises(CommandError, match="nobody is not an e-mail address"):
            call_command("send_test_mail", "nobody")

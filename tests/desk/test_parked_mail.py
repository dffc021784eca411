"""Mail that came in and opened nothing: a person finds it, reads it, and makes a ticket of it or puts it away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from desk import condition
from followups import tasks
from mail import inbound
from mail.models import Delivery, InboundMail, Mailbox
from standards.terms import Kind
from tests import make
from tests.desk.looking import page, signed_in
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tickets.actions import intake
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + hours(2)
CIRCULAR = letter(subject="Our pump is broken", list_id="<neighbours.example.test>")
AWAY = letter(subject="Out of office", auto_submitted="auto-replied")
PATH = "/desk/parked-mail/"


@pytest.fixture(autouse=True)
def team():
    team = make.team(name="Devices")
    make.organisation(support_address="support@example.test", default_team=team)
    return team


def parked(raw: bytes = CIRCULAR, *, mailbox: Mailbox | None = None, at=MONDAY_9AM) -> InboundMail:
    mail = inbound.ingest(raw, now=at, mailbox=mailbox)
    intake.file_all(now=at)
    return InboundMail.objects.get(pk=mail.pk, state=InboundMail.State.PARKED)


def test_it_stands_in_the_list_with_its_sender_and_the_reason(team):
    mail = parked()
    shown = page(team.lead, PATH)
    assert "Our pump is broken" in shown
    assert mail.sender in shown
    assert "It went to many" in shown
    assert "Nothing for you to look at" in page(make.team().lead, PATH)


def test_only_who_sees_all_is_told_that_nothing_is_parked(team):
    assert "Nothing is parked" in page(make.administrator(), PATH)
    assert "only administrators see" in page(make.manager(), PATH)


def test_what_came_for_a_team_only_that_team_and_managers_see(team):
    bills = make.team(name="Bills")
    mail = parked(mailbox=Mailbox.objects.create(name="Bills", address="bills@example.test", team=bills))
    sees = {user for user in (team.lead, bills.lead, make.manager(), make.administrator())
            if InboundMail.objects.visible_to(user).filter(pk=mail.pk)}  # fmt: skip
    assert team.lead not in sees
    assert len(sees) == 3


def test_what_may_quote_mail_of_ours_to_somebody_else_only_administrators_see(team):
    mail = parked(AWAY)
    assert mail.may_hold_secrets
    for path in (f"{PATH}{mail.pk}/", f"{PATH}{mail.pk}/original/"):
        assert signed_in(make.manager()).get(path).status_code == 404
        assert signed_in(make.administrator()).get(path).status_code == 200


def test_the_original_comes_as_a_file_that_no_browser_runs(team):
    mail = parked()
    answer = signed_in(team.lead).get(f"{PATH}{mail.pk}/original/")
    assert answer.getvalue() == CIRCULAR
    assert answer.headers["Content-Disposition"] == f'attachment; filename="mail-{mail.pk}.eml"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_ticket_made_of_it_counts_since_it_came_in(team):
    make.standard(kind=Kind.ACKNOWLEDGE, clock="wall", window_minutes=15, name="Confirmation")
    make.standard(window_minutes=240)
    mail = parked()
    ticket = intake.open_from_parked(mail, by=team.lead, now=LATER)
    assert (ticket.opened_at, ticket.customer.email, ticket.team) == (MONDAY_9AM, mail.sender, team)
    (owed,) = ticket.commitments.all()
    assert (owed.kind, owed.started_at) == (Kind.FIRST_RESPONSE, MONDAY_9AM)
    message = Message.objects.get()
    assert (message.human, message.inbound) == (True, mail)
    mail.refresh_from_db()
    assert mail.state == InboundMail.State.FILED
    assert bytes(mail.raw) == CIRCULAR


def test_nothing_is_sent_by_itself_to_whoever_sent_it(team, time_machine):
    time_machine.move_to(MONDAY_9AM + timedelta(minutes=1), tick=False)
    intake.open_from_parked(parked(), by=team.lead, now=MONDAY_9AM)
    tasks.plan()
    tasks.carry_out()
    assert not Delivery.objects.exists()


def test_a_double_click_makes_one_ticket(team):
    mail, desk = parked(), signed_in(team.lead)
    for _click in range(2):
        answer = desk.post(reverse("desk:parked-mail-ticket", args=[mail.pk]))
    assert answer.headers["Location"] == reverse("desk:ticket", args=[Ticket.objects.get().number])
    assert "A ticket was made of this mail." in page(team.lead, f"{PATH}{mail.pk}/")


def test_a_report_of_a_mail_server_is_no_customer():
    report = letter(sender="MAILER-DAEMON@example.test", return_path="<>", x_failed_recipients="a@b.test")
    mail = parked(report)
    with pytest.raises(ValidationError, match="No customer wrote it"):
        intake.open_from_parked(mail, by=make.administrator(), now=LATER)
    assert "Make a ticket of it" not in page(make.administrator(), f"{PATH}{mail.pk}/")


def test_put_away_it_is_kept_with_who_did_it(team):
    mail, desk = parked(), signed_in(team.lead)
    desk.post(reverse("desk:parked-mail-put-away", args=[mail.pk]))
    assert "Our pump is broken" not in desk.get(PATH).content.decode().replace("toast", "")
    shown = desk.get(f"{PATH}?put-away").content.decode()
    assert f"Put away by {team.lead.name}" in shown
    mail.refresh_from_db()
    assert not inbound.put_away(mail, by=team.lead, now=LATER)
    assert bytes(mail.raw) == CIRCULAR


def test_long_lists_go_on_page_by_page(team, monkeypatch):
    monkeypatch.setattr("desk.views.parked_mail.PAGE", 2)
    for number in range(3):
        parked(CIRCULAR.replace(b"pump", b"pump %d" % number), at=MONDAY_9AM + hours(number))
    desk = signed_in(team.lead)
    first = desk.get(PATH)
    assert [mail.subject for mail in first.context["mails"]] == ["Our pump 2 is broken", "Our pump 1 is broken"]
    rest = desk.get(f"{PATH}?after={first.context['next']}")
    assert [mail.subject for mail in rest.context["mails"]] == ["Our pump 0 is broken"]


# --- What a sender's limit holds back, and what came twice


@pytest.fixture
def flood(team, monkeypatch) -> list[InboundMail]:
    """Five mails of one sender, where three are allowed in a minute."""
    monkeypatch.setattr("tickets.mailbox.LIMITS", [(timedelta(minutes=1), 3), (timedelta(hours=1), 600)])
    for number in range(5):
        inbound.ingest(letter(f"Alarm {number}", sender="Alarm <Alarm@example.test>"), now=MONDAY_9AM)
    intake.file_all(now=MONDAY_9AM)
    return list(InboundMail.objects.filter(held_back=True).order_by("pk"))


def test_what_is_held_back_is_one_row_with_one_decision(team, flood):
    assert len(flood) == 2
    desk = signed_in(team.lead)
    shown = desk.get(PATH)
    assert "2 more mails from alarm@example.test" in shown.content.decode()
    assert not shown.context["mails"]
    assert [mail.pk for mail in desk.get(f"{PATH}?from=alarm@example.test").context["mails"]] == [
        mail.pk for mail in reversed(flood)
    ]
    assert condition.read(team.lead, now=LATER).counts.parked == 1


def test_let_through_they_are_filed_as_if_nothing_had_held_them_back(team, flood):
    signed_in(team.lead).post(f"{PATH}held-back/", {"sender": "alarm@example.test", "decision": "let-through"})
    assert intake.file_all(now=LATER) == 2
    assert Ticket.objects.count() == 5
    assert set(Ticket.objects.values_list("opened_at", flat=True)) == {MONDAY_9AM}
    mail = InboundMail.objects.get(pk=flood[0].pk)
    assert (mail.state, mail.let_through_by, mail.why_parked) == (InboundMail.State.FILED, team.lead, "")


def test_put_away_they_stay_as_they_came_and_are_one_row_there(team, flood):
    signed_in(team.lead).post(f"{PATH}held-back/", {"sender": "alarm@example.test", "decision": "put-away"})
    assert "Nothing for you to look at" in page(team.lead, PATH)
    assert "2 more mails from alarm@example.test" in page(team.lead, f"{PATH}?put-away")
    assert Ticket.objects.count() == 3


def test_nobody_decides_about_mail_that_they_do_not_see(flood):
    signed_in(make.team().lead).post(f"{PATH}held-back/", {"sender": "alarm@example.test", "decision": "let-through"})
    assert InboundMail.objects.held_back().count() == 2


def test_what_came_twice_administrators_find_beside_the_ticket_it_stands_on(team):
    dated = letter("Hello", date="Mon, 23 Nov 2026 09:00:00 +0100")
    first = inbound.ingest(dated, now=MONDAY_9AM)
    again = inbound.ingest(b"Received: by another server\r\n" + dated, now=MONDAY_9AM)
    intake.file_all(now=MONDAY_9AM)
    again.refresh_from_db()
    assert (again.state, again.copy_of) == (InboundMail.State.DUPLICATE, first)
    administrator = make.administrator()
    for path in (f"{PATH}?twice", f"{PATH}{again.pk}/"):
        assert f"T-{Ticket.objects.get().number}" in page(administrator, path)
    assert "had come already" in page(administrator, f"{PATH}{again.pk}/")
    assert signed_in(team.lead).get(f"{PATH}{again.pk}/").status_code == 404

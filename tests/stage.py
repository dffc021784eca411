"""A desk with one of everything on it, for tests that look at every address and every screen.

It is Monday, eleven in the morning in Zagreb. One team works on devices, another on bills; everything that belongs to
a team belongs to the first.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.files.base import ContentFile
from PIL import Image

from compliance import listed
from compliance.actions import exceptions, exports, waits
from compliance.models import AuditFinding, AuditRun, ClosedPeriod, ExceptionDay, Export
from followups.actions import followups, owning, playbooks, recoveries, satisfaction
from followups.models import CallTask, FollowUp, PreventionAction, SatisfactionRequest
from mail import actions, addresses, inbound
from mail import actions_checking as checking
from mail import actions_fetching as fetching
from mail import actions_mailboxes as mailboxes
from mail.models import Delivery, InboundMail, Mailbox, Suppression
from mail.models.delivery import Purpose
from mail.parsing import parse
from mail.reports import Reported
from people.models import Absence, Customer, Organisation, Team, User
from people.terms import Channel
from portal import demo_mail
from standards.actions import standards
from standards.models import Calendar, Category, StandardVersion
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets import drawing
from tickets.actions import (
    asking,
    attachments,
    commitments,
    conversation,
    handover,
    moving,
    notes,
    previews,
    reports,
    settling,
    shared_delays,
    tickets,
    unverified,
    uploads,
    warnings,
)  # fmt: skip
from tickets.actions.attachments import Brought
from tickets.actions.conversation import NextDate, Told
from tickets.certain import certain
from tickets.models import Attachment, Commitment, HandOver, Message, SharedDelay, Ticket, UnverifiedMail, Upload

NOW = MONDAY_9AM + hours(2)
EARLIER = NOW - timedelta(days=10)
MINUTE = timedelta(minutes=1)
PASSWORD = "of the desk in tests"
FILES_OF = UUID("5f3f5a52-2222-4a4a-8b8b-0123456789ab")


@dataclass
class Stage:
    """What tests name of it."""

    agent: User
    other_agent: User
    lead: User
    manager: User
    administrator: User
    inactive: User
    team: Team
    calendar: Calendar
    category: Category
    customer: Customer
    ticket: Ticket
    resolved: Ticket
    waiting: Ticket
    running: Commitment
    overdue: Commitment
    prevention: PreventionAction
    callback: Commitment
    called: Message
    conditional: Commitment
    held: Message
    planned: FollowUp
    question: SatisfactionRequest
    answered: SatisfactionRequest
    published: StandardVersion
    draft: StandardVersion
    letter: str
    attachment: Attachment
    received: Message
    upload: Upload
    parked: InboundMail
    export: Export
    exported: Export
    call_task: CallTask
    mailbox: Mailbox
    mailbox_off: Mailbox
    staff_mail: Delivery
    bounced: Ticket
    stopped: Suppression
    unverified: UnverifiedMail
    checked: Mailbox
    delay: SharedDelay
    hand_over: HandOver
    absence: Absence
    asked: Commitment
    asked_and_done: Commitment
    storm: ExceptionDay

    def actors(self) -> dict[str, User | None]:
        """Everybody who may knock, by what they are called in tests."""
        return {
            "anonymous": None,
            "agent": self.agent,
            "agent of another team": self.other_agent,
            "lead": self.lead,
            "manager": self.manager,
            "administrator": self.administrator,
        }

    def answer_token(self) -> str:
        """A new secret that opens the customer's question."""
        return addresses.issue("answer", self.question.about, self.customer.email, now=NOW)

    def request_token(self, ticket: Ticket | None = None) -> str:
        """The same for the customer's page of the ticket, or of another."""
        return addresses.issue("ticket", (ticket or self.ticket).about, self.customer.email, now=NOW)

    def stop_token(self) -> str:
        """The secret with which the customer stops questions like the one we asked."""
        return addresses.issue("stop", "purpose:settled_question", self.customer.email, now=NOW)

    def answered_token(self) -> str:
        """The same for a question that was answered."""
        return addresses.issue("answer", self.answered.about, self.customer.email, now=NOW)

    def ended_token(self) -> str:
        """A secret that has opened the customer's page."""
        return addresses.issue("ticket", self.ticket.about, self.customer.email, now=EARLIER, expires_at=NOW)


def build() -> Stage:
    """Put it up; inside a transaction of the caller's, or for good."""
    playbooks.ensure_shipped(now=EARLIER)  # a test before may have emptied the database
    lead, agent = make.user(name="Petra Novak", password=PASSWORD), make.user(name="Ivana Horvat", password=PASSWORD)
    team = make.team(name="Devices", lead=lead)
    agent.memberships.create(team=team)
    other_agent = make.user(name="Marko Marić", password=PASSWORD)
    make.team(name="Bills", lead=other_agent)
    _organisation(team)
    category = make.category(name="Printers")
    published = _standards(category)
    customer = make.customer(name="Ana Kovač", email="ana@example.test", phone="01 555 0198")
    ticket = make.ticket(customer=customer, team=team, owner=agent, category=category, now=NOW - hours(1))
    running = _promises(ticket, agent)
    waiting = _waiting(ticket, agent)
    draft = standards.draft(
        make.standard(name="Progress update", kind=Kind.UPDATE, now=EARLIER).standard,
        make.draft(kind=Kind.UPDATE, window_minutes=960, sentence={"en": "You hear from us within 16 working hours."}),
        now=NOW,
    )
    manager = make.manager(name="Mara Babić", password=PASSWORD)
    resolved, planned, question, answered = _resolved(team, agent, customer)
    _in_trouble(team, agent, customer)
    asked, asked_and_done = _asked_of_others(team, agent, other_agent)
    _close_months(published)
    _close_months(None)
    waits.forecast(now=NOW)
    _held_back(1)
    _audited(ticket)
    return Stage(
        agent=agent,
        other_agent=other_agent,
        lead=lead,
        manager=manager,
        administrator=make.administrator(name="Ada Admin", password=PASSWORD),
        inactive=make.user(name="Left Long Ago", is_active=False),
        team=team,
        calendar=team.team_calendar.calendar,
        category=category,
        customer=customer,
        ticket=ticket,
        resolved=resolved,
        waiting=waiting,
        running=running,
        overdue=_overdue(team, customer),
        prevention=_prevention(team, agent),
        callback=(tried := _tried(team, agent, customer)),
        called=tried.calls.get(),
        conditional=_conditional(ticket, agent),
        held=_conversation(ticket, agent, running),
        planned=planned,
        question=question,
        answered=answered,
        published=published,
        draft=draft,
        attachment=_file(ticket),
        received=_received(ticket),
        upload=_upload(agent),
        letter=demo_mail.store(LETTER, sender="support@example.test", recipients=["ana@example.test"], now=NOW),
        parked=_parked(1),
        export=_export(manager, done=False),
        exported=_export(manager, done=True),
        call_task=CallTask.objects.get(),
        mailbox=_mailbox("Bills", manager, is_on=True),
        mailbox_off=_mailbox("Meters", manager, is_on=False),
        staff_mail=_staff_mail(lead),
        bounced=_came_back(team, agent),
        stopped=Suppression.objects.in_force().get(),
        unverified=_unverified(ticket, 1),
        checked=_checked(manager),
        delay=shared_delays.open_delay(
            {"en": "The delivery came in damaged.", "hr": "Pošiljka je stigla oštećena."},
            NOW + hours(100),
            [running],
            by=lead,
            now=NOW,
        ),
        hand_over=_asked(team, lead, agent),
        absence=make.absence(agent, ends_at=NOW + timedelta(days=4)),
        asked=asked,
        asked_and_done=asked_and_done,
        storm=exceptions.declare_exception(
            (NOW + timedelta(days=9)).date(), (NOW + timedelta(days=10)).date(),
            {"en": "A storm is forecast.", "hr": "Najavljena je oluja."},
            by=manager, now=NOW,
        ),
    )  # fmt: skip


def _asked_of_others(team: Team, agent: User, other: User) -> tuple[Commitment, Commitment]:
    """On a ticket of its own: what another team was asked for, and what it has ticked off already."""
    ticket = make.ticket(customer=make.customer(name="Dora Dujmović"), team=team, owner=agent, now=NOW - hours(2))
    served = make.promise(ticket, at=NOW - hours(2), due=NOW + hours(20), words="You have the bill")
    bills = Team.objects.get(name="Bills")
    words = ["Is the bill of October paid?", "Which number has the bill?"]
    asked, done = (
        asking.ask(ticket, each, NOW + hours(4), of=bills, by=agent, now=NOW - hours(1), serves=served)
        for each in words
    )
    return asked, asking.done(done, "B-2026-114.", by=other, now=NOW - MINUTE)


def _asked(team: Team, lead: User, agent: User) -> HandOver:
    """A call that the lead has promised, and asks the agent to take."""
    call = make.promise(
        make.ticket(team=team, owner=lead, subject="Call about the contract", now=NOW - hours(1)),
        kind=Kind.CALLBACK, words="We call you about the contract", by=lead, at=NOW - hours(1), due=NOW + hours(3),
    )  # fmt: skip
    return handover.ask(call, agent, by=lead, now=NOW - MINUTE)


def _came_back(team: Team, agent: User) -> Ticket:
    """A reply that was accepted, delayed, and came back: the address is not known, and no number is."""
    customer = make.customer(name="Boris Božić", email="boris@example.test")
    ticket = make.ticket(
        customer=customer,
        team=team,
        owner=agent,
        now=NOW - hours(2),
        subject="Contract to sign",
        category=Category.objects.first(),
    )
    asked = NextDate(contact_by=NOW + hours(26))
    written = conversation.reply(ticket, "The contract is ready.", asked, by=agent, now=NOW - hours(1.5))
    delivery, accepted_at = certain(written.delivery), NOW - hours(1.4)
    later, sent = "451 4.7.1 try again later", {"state": Delivery.State.SENT, "ended_at": accepted_at}
    for number, (outcome, reply) in enumerate([("retry", later), ("sent", "")], start=1):
        at = accepted_at - (2 - number) * 3 * MINUTE
        delivery.attempts.create(number=number, outcome=outcome, reply=reply, started_at=at, finished_at=at)
    Delivery.objects.filter(pk=delivery.pk).update(**sent, next_at=accepted_at, attempts_made=2)
    unknown = "550 5.1.1 <boris@example.test>: Recipient address rejected: User unknown in virtual mailbox table"
    for minutes, told in ((60, Reported("delayed", "4.4.1", "timed out")), (10, Reported("failed", "5.1.1", unknown))):
        raw = f"From: <>\r\n\r\n{told.status}".encode()
        sha256, at = hashlib.sha256(raw).digest(), NOW - minutes * MINUTE
        mail = InboundMail.objects.create(raw=raw, sha256=sha256, received_at=at)
        reports.hear(told, delivery, inbound=mail, now=at)
        inbound.noted(mail, "A mail server reports that our mail was not delivered.", parse(raw))
    lifted = Suppression.objects.create(address="cedo@example.test", cause="wish", reason="Asked for it.", at=EARLIER)
    actions.lift(lifted, because="He asked for it again.", by=agent, now=NOW)
    followups.plan(ticket, now=NOW)
    return Ticket.objects.get(pk=ticket.pk)


def _export(manager: User, *, done: bool) -> Export:
    """A list on its way to a spreadsheet, or written."""
    asked = listed.read({"month": "2026-11"}, zone=make.ZAGREB, now=NOW)
    export = exports.order(asked, Export.Form.CSV, 1200, by=manager, now=NOW)
    if done:
        exports.write_all(now=NOW)
        Export.objects.exclude(pk=export.pk).update(file="", ended_at=None, rows_written=1000)
        export.refresh_from_db()
    return export


LETTER = (
    b"From: City Services Desk <support@example.test>\r\nTo: Ana <ana@example.test>\r\nSubject: Is it settled?\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nIs it settled for you?\r\n\r\nhttp://localhost:8000/r/x/answer/\r\n"
)


def _mailbox(name: str, by: User, *, is_on: bool) -> Mailbox:
    """One whose mail is fetched from a server that refuses us, or not fetched yet."""
    made = mailboxes.make(
        name=name, address=f"{name.lower().replace(' ', '-')}@example.test", team=None, by=by, now=EARLIER
    )
    account = mailboxes.connect(
        made, host="localhost", port=1, security="none", user=made.address, sign_in="password", client_id="",
        token_url="", folder="INBOX", afterwards="mark", move_to="", largest_mb=25, password="of a mailbox in tests",
        by=by, now=EARLIER,
    )  # fmt: skip
    if is_on:
        mailboxes.start(account, back=timedelta(), by=by, now=EARLIER)
        claimed = fetching.claim(account.pk, now=NOW)
        fetching.failed(certain(claimed), "The mail server does not let us in.", now=NOW, pause=True)
    return made


def _staff_mail(lead: User) -> Delivery:
    """A sign-in link that did not leave."""
    mail = make.delivery(purpose=Purpose.SIGN_IN, recipient=lead.email, about="", automatic=True)
    reason = "550 5.1.1 no such user"
    Delivery.objects.filter(pk=mail.pk).update(state=Delivery.State.FAILED, ended_at=NOW, reason=reason)
    return mail


def _parked(number: int) -> InboundMail:
    """A circular that came in and opened nothing."""
    raw = (
        f"From: News <news{number}@example.test>\r\nTo: support@example.test\r\nSubject: What is new {number}\r\n"
        "List-Id: <news.example.test>\r\n\r\nThe new catalogue is here.\r\n"
    ).encode()
    sha256 = hashlib.sha256(raw).digest()
    mail = InboundMail.objects.create(raw=raw, sha256=sha256, received_at=NOW - hours(number))
    inbound.park(mail, "It went to many: List-Id.", parse(raw), may_hold_secrets=False)
    return mail


def _held_back(number: int) -> None:
    """Mails of somebody who sent too many, and one that came a second time."""
    for place in range(3):
        raw = f"From: alarm{number}@example.test\r\nSubject: Alarm {number}.{place}\r\n\r\nFire.\r\n".encode()
        sha256 = hashlib.sha256(raw).digest()
        mail = InboundMail.objects.create(raw=raw, sha256=sha256, received_at=NOW - hours(place))
        inbound.park(mail, "Too many.", parse(raw), may_hold_secrets=False, held_back=True)
    again = InboundMail.objects.create(raw=raw, sha256=hashlib.sha256(raw + b" ").digest(), received_at=NOW)
    inbound.put_aside(again, mail, parse(raw))


def _unverified(ticket: Ticket, number: int) -> UnverifiedMail:
    """A mail to the customer's reply address, from somebody else."""
    raw = f"From: son{number}@example.test\r\nSubject: Re: Printer\r\n\r\nIt is the blue one.\r\n".encode()
    sha256 = hashlib.sha256(raw).digest()
    mail = InboundMail.objects.create(raw=raw, sha256=sha256, received_at=NOW - hours(0.5))
    why = UnverifiedMail.Why.OTHER_ADDRESS
    return unverified.put_beside(ticket, mail, parse(raw), "It is the blue one.", why=why, now=NOW - hours(0.5))


def _checked(by: User) -> Mailbox:
    """A mailbox whose test mail came back, and showed what is to be put right."""
    mailbox = certain(inbound.support_mailbox())
    Mailbox.objects.filter(pk=mailbox.pk).update(authserv_id="mx.example.test")
    check = checking.send(mailbox, by=by, now=NOW - MINUTE)
    found = "Authentication-Results: mx.example.test; spf=fail; dmarc=pass"
    raw = f"To: {certain(check.delivery).recipient}\r\n{found}\r\n\r\n"
    sha256 = hashlib.sha256(raw.encode()).digest()
    mail = InboundMail.objects.create(raw=raw.encode(), sha256=sha256, received_at=NOW)
    checking.came_back(check, mail, parse(raw.encode()))
    return mailbox


def _audited(ticket: Ticket) -> None:
    """A night on which two checks found something, one of them longer ago and in more rows than are named."""
    run = AuditRun.objects.create(asked_at=EARLIER, began_at=EARLIER, ended_at=EARLIER, checks=60)
    AuditFinding.objects.create(
        run=run, check_name="open-without-calendar", rows=1, since=EARLIER, first=[("tickets.Ticket", 1, ticket.number)]
    )
    AuditFinding.objects.create(
        run=run, check_name="due-does-not-follow", rows=30, since=EARLIER - hours(48),
        first=[("tickets.Commitment", key, ticket.number) for key in range(1, 21)],
    )  # fmt: skip


def _organisation(team: Team) -> None:
    organisation = make.organisation(
        default_team=team, support_address="support@example.test", phone="01 555 0100"
    )  # fmt: skip
    Organisation.objects.filter(pk=organisation.pk).update(demo=True)


def _standards(category: Category) -> StandardVersion:
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=3, name="Resolution", now=EARLIER)
    make.standard(kind=Kind.NEXT_RESPONSE, window_minutes=480, name="Next response", now=EARLIER)
    sentence = {
        "en": "A person answers you within 8 working hours.",
        "hr": "U roku od 8 radnih sati odgovara Vam čovjek.",
    }
    if_missed = {"en": "We tell you, say sorry and name a new time.", "hr": "Javljamo Vam to i navodimo novi rok."}
    exclusions = {"en": "Nothing: it holds for every message.", "hr": "Ništa: vrijedi za svaku poruku."}
    return make.standard(now=EARLIER, category=category, sentence=sentence, if_missed=if_missed, exclusions=exclusions)


def _promises(ticket: Ticket, agent: User) -> Commitment:
    """One that stands still, one that was moved, one in each nearness; returns the one with most time left."""
    last_call, soon = NOW + 5 * MINUTE, NOW + 40 * MINUTE
    make.promise(ticket, at=NOW - hours(1), due=last_call, words="A technician calls back", kind=Kind.CALLBACK)
    make.promise(ticket, at=NOW - hours(1), due=soon, words="The loan printer is ready")
    moved = make.promise(ticket, at=NOW - hours(1), due=NOW + hours(3))
    moving.move(
        moved, NOW + hours(30), "The part is late.", words="The part is here", by=agent, at=NOW, now=NOW
    )  # fmt: skip
    commitments.keep(make.promise(ticket, at=NOW - hours(1), due=NOW + hours(1)), at=NOW, now=NOW, by=agent)
    return make.promise(ticket, at=NOW - hours(1), due=NOW + hours(60), words="The printer is back")


def _waiting(ticket: Ticket, agent: User) -> Ticket:
    """One whose clocks stand still until the customer answers."""
    waiting = make.ticket(
        customer=ticket.customer, team=ticket.team, owner=agent, now=NOW - hours(50), subject="Which model is it?"
    )
    conversation.log_call(
        waiting, "Asked which model.", Message.Result.REACHED, NextDate(wait_until=NOW + hours(48)),
        by=agent, now=NOW - hours(49),
    )  # fmt: skip
    return Ticket.objects.get(pk=waiting.pk)


def _overdue(team: Team, customer: Customer) -> Commitment:
    ticket = make.ticket(customer=customer, team=team, now=NOW - hours(60), subject="Invoice of October is missing")
    promise = make.promise(ticket, at=NOW - hours(50), due=NOW - 37 * MINUTE, words="You have the invoice")
    warnings.announce(promise, now=NOW - 40 * MINUTE)
    return promise


def _prevention(team: Team, agent: User) -> PreventionAction:
    """After a miss that is being owned: what is changed is decided, and its remedy waits for the lead."""
    ticket = make.ticket(team=team, owner=agent, now=NOW - hours(60), subject="The technician did not come")
    missed = make.promise(ticket, at=NOW - hours(50), due=NOW - hours(20), by=agent, words="A technician comes")
    recovery = recoveries.open_now(missed, now=NOW - hours(2))
    due_on = NOW.date() + timedelta(days=5)
    prepared = owning.Prepared(
        "forgotten", action="The plan is read out at nine", action_owner=agent, action_due=due_on
    )
    offered = owning.Parts(why="It was left off the plan.", remedy="You get 20 euros back.", remedy_amount=Decimal(20))
    owning.write_down(recovery, prepared, offered, by=agent, now=NOW - hours(1))
    return PreventionAction.objects.get()


def _tried(team: Team, agent: User, customer: Customer) -> Commitment:
    """A call that is promised for now; nobody has answered the first one, and a message is left."""
    ticket = make.ticket(customer=customer, team=team, owner=agent, now=NOW - hours(3), subject="Too high a reading")
    callback = make.promise(
        ticket, kind=Kind.CALLBACK, words="I call you on 01 555 0198", at=NOW - hours(2), by=agent,
        slot_starts_at=NOW - hours(0.5), due=NOW + hours(0.5),
    )  # fmt: skip
    said = "Left a message on her voicemail."
    left = Message.Result.MESSAGE_LEFT
    conversation.log_call(ticket, said, left, None, by=agent, now=NOW - hours(0.25), callback=callback)
    return callback


def _conditional(ticket: Ticket, agent: User) -> Commitment:
    return Commitment.objects.create(
        ticket=ticket, kind=Kind.CUSTOM, source=Commitment.Source.PROMISE, clock=Clock.WORKING_DAYS, window_days=2,
        calendar_version=ticket.commitments.first().calendar_version, made_by=agent, accountable=agent,
        promised_text="The refund", condition="you send the receipt", made_at=NOW - hours(0.6),
        state=Commitment.State.CONDITIONAL,
    )  # fmt: skip


def _conversation(ticket: Ticket, agent: User, running: Commitment) -> Message:
    """A call, a note, a draft, and a reply that is held; returns the reply."""
    conversation.log_call(
        ticket, "She needs it for the invoices.", Message.Result.NOT_REACHED, None, by=agent, now=NOW - hours(0.8)
    )  # fmt: skip
    notes.note(ticket, "The supplier answers on Tuesdays only.", by=agent, now=NOW - hours(0.7))
    held = conversation.reply(
        ticket, "We have ordered the part.", NextDate(contact_by=NOW + hours(26)),
        told=[Told(words="The printer is back", due_at=NOW + hours(70), moves=running, reason="The part is late.")],
        by=agent, now=NOW,
    )  # fmt: skip
    notes.save_draft(ticket, "reply", "And another thing", {"next": "contact"}, by=agent, now=NOW, files_of=FILES_OF)
    return held


def _file(ticket: Ticket) -> Attachment:
    """A picture that came with the customer's first words, and a bill."""
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(drawn, "PNG")
    came = [
        Brought("Zaslon pisača, 23. studenoga.png", "image/png", ContentFile(drawn.getvalue(), name="x")),
        Brought("Račun za listopad.pdf", "application/pdf", ContentFile(b"%PDF", name="x")),
    ]
    kept, _bill = attachments.attach(certain(ticket.messages.first()), came)
    previews.keep(kept, drawing.small(drawn.getvalue()))
    Attachment.objects.update(undrawn=False)
    return kept


def _received(ticket: Ticket) -> Message:
    """An answer of the customer's, with all that mail programs put around it."""
    quoted = "pon, 23. stu 2026. u 10:00 City Services Desk <support@example.test> napisao je:\n> When may we come?"
    raw = (
        "From: Ana =?utf-8?q?Kova=C4=8D?= <ana@example.test>\r\nTo: support@example.test\r\nSubject: Re: Printer\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nOn Tuesday, please.\n\n{quoted}\r\n"
        "--b\r\nContent-Type: text/html\r\n\r\n<p>On <b>Tuesday</b>, please.</p>\r\n--b--\r\n"
    ).encode()
    mail = InboundMail.objects.create(raw=raw, sha256=hashlib.sha256(raw).digest(), received_at=NOW - hours(0.5))
    facts = parse(raw)
    inbound.filed(mail, facts.message_id)
    return Message.objects.create(
        ticket=ticket, direction=Message.Direction.IN, channel=Channel.MAIL, body=facts.text, at=NOW - hours(0.5),
        quoted_from=facts.quoted_from, inbound=mail,
    )  # fmt: skip


def _upload(agent: User) -> Upload:
    """A file that waits in the agent's draft."""
    plan = Brought("Servisni list.pdf", "application/pdf", ContentFile(b"%PDF", name="x"))
    return uploads.take(FILES_OF, plan, by=agent, now=NOW)


def _resolved(
    team: Team, agent: User, customer: Customer
) -> tuple[Ticket, FollowUp, SatisfactionRequest, SatisfactionRequest]:
    """Three tickets that are done: the question is planned, asked, and answered with a no."""
    done = []
    for subject in ("Toner is empty", "The door does not open", "It rattles"):
        ticket = make.ticket(customer=customer, team=team, owner=agent, now=NOW - hours(1), subject=subject)
        written = conversation.reply(ticket, "It is mended.", NextDate(resolves=True), by=agent, now=NOW - 30 * MINUTE)
        Delivery.objects.filter(pk=written.delivery_id).update(
            state=Delivery.State.SENT, ended_at=NOW - 20 * MINUTE, next_at=NOW - 20 * MINUTE
        )
        settling.settle(written, now=NOW - 20 * MINUTE)
        done.append((Ticket.objects.get(pk=ticket.pk), followups.plan(ticket, now=NOW - 10 * MINUTE)))
    (first, planned), *rest = done
    asked = []
    for _ticket, followup in rest:
        followups.carry_out(followup, now=NOW - 5 * MINUTE, by=agent)
        asked.append(SatisfactionRequest.objects.get(followup=followup))
    satisfaction.answer(asked[1], "no", now=NOW - 2 * MINUTE, handling=2, comment="It rattles more.", may_call=True)
    return first, planned, asked[0], asked[1]


def _in_trouble(team: Team, agent: User, customer: Customer) -> None:
    """Two replies of which one came back and one is not known to have arrived."""
    ticket = make.ticket(customer=customer, team=team, owner=agent, now=NOW - hours(2), subject="The letter is lost")
    for state, reason in ((Delivery.State.FAILED, "550 no such mailbox"), (Delivery.State.UNKNOWN, "It is not known.")):
        written = conversation.reply(
            ticket, "Here is the letter.", NextDate(contact_by=NOW + hours(26)), by=agent, now=NOW - hours(1)
        )  # fmt: skip
        Delivery.objects.filter(pk=written.delivery_id).update(
            state=state,
            reason=reason,
            next_at=NOW - 50 * MINUTE,
            ended_at=NOW - 50 * MINUTE if state == Delivery.State.FAILED else None,
        )
    settling.settle_all(now=NOW)


def _close_months(version: StandardVersion | None) -> None:
    """Two months of a standard, or of what people promised, have closed, the newer one far below its target."""
    for month, kept, late in ((date(2026, 9, 1), 97, 3), (date(2026, 10, 1), 70, 30)):
        ClosedPeriod.objects.create(
            month=month, source="standard" if version else "promise", kind=version.kind if version else Kind.UPDATE,
            standard_version=version, kept=kept, kept_late=late, ordinary_kept=kept - 2, ordinary_due=kept + late - 5,
            published_kept=kept, published_due=kept + late, final_at=NOW, counted_at=NOW,
        )  # fmt: skip


def more_of_everything(stage: Stage) -> None:
    """So much more that a page which asks the database for each row would show it."""
    run = AuditRun.objects.get()
    for number in range(4):
        AuditFinding.objects.create(run=run, check_name=f"of-old-{number}", rows=1, since=EARLIER)
        member = make.user(teams=[stage.team], name=f"Colleague {number}")
        make.team(lead=member)
        category = make.category()
        _close_months(make.standard(category=category, now=EARLIER, name=f"Standard {number}"))
        ticket = make.ticket(
            customer=stage.customer, team=stage.team, owner=member, category=category, now=NOW - hours(3)
        )
        make.promise(ticket, at=NOW - hours(2), due=NOW + hours(number))
        make.promise(stage.ticket, at=NOW - hours(2), due=NOW + hours(4 + number))
        notes.note(stage.ticket, "One more thing.", by=member, now=NOW)
        conversation.receive(
            stage.ticket, "And then?", channel=Channel.MAIL, at=NOW, now=NOW,
            files=[Brought("and then.txt", "text/plain", ContentFile(b"?", name="x"))],
        )  # fmt: skip
        tickets.assign(make.ticket(customer=make.customer(), team=stage.team), member, by=member, now=NOW)
        demo_mail.store(LETTER, sender="support@example.test", recipients=["ana@example.test"], now=NOW)
        _parked(number + 2)
        _held_back(number + 2)
        _unverified(stage.ticket, number + 2)
        _staff_mail(stage.lead)
        _mailbox(f"Street {number}", stage.manager, is_on=number % 2 == 0)
        _in_trouble(stage.team, stage.agent, stage.customer)
        _asked(stage.team, stage.lead, stage.agent)
        make.absence(member)
    warnings.announce_all(now=NOW)

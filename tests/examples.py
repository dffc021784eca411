"""An example of every address: what stands in it, which methods it takes, what is sent to it, who may open it.

A test compares this table with the addresses that there are, so a new one needs a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from people.sign_in import set_password_link
from tests.config.test_audiences import audience
from tests.stage import PASSWORD, Stage

EVERYBODY = ("anonymous", "agent", "agent of another team", "lead", "manager", "administrator")
STAFF = EVERYBODY[1:]
TEAM = ("agent", "lead", "manager", "administrator")
OPENED_BY = {
    "public": EVERYBODY,
    "customer": EVERYBODY,
    "staff": STAFF,
    "managers": ("manager", "administrator"),
    "administrators": ("administrator",),
}
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = ("GET", "HEAD", "OPTIONS")
KEY = UUID("5f3f5a52-1111-4a4a-8b8b-0123456789ab")


@dataclass(frozen=True)
class Example:
    """One address. `answers` and `done` are the statuses that say that GET and POST were let in."""

    args: Callable[[Stage], dict[str, Any]] = lambda stage: {}
    methods: tuple[str, ...] = ("GET", "HEAD")
    query: str = ""
    sends: Callable[[Stage], dict[str, Any]] = lambda stage: {}
    answers: tuple[int, ...] = (200,)
    done: tuple[int, ...] = (302, 303)
    # Who of those that the audience lets in may see this very object; empty: all of them.
    seen_by: tuple[str, ...] = ()
    # Tables of others' libraries that are written to by reading.
    writes: tuple[str, ...] = ()
    # A fragment is no screen of its own.
    is_screen: bool = True


FORM = ("GET", "HEAD", "POST")
POST = ("POST",)
# Class-based views of others: they answer OPTIONS, and take PUT for POST.
OTHERS = ("GET", "HEAD", "OPTIONS", "POST", "PUT")


def pk_of(name: str, field: str = "pk") -> Callable[[Stage], dict[str, Any]]:
    return lambda stage: {field: getattr(stage, name).pk}


def ticket(**more: Any) -> Example:
    return Example(lambda stage: {"number": stage.ticket.number}, seen_by=TEAM, **more)


def received(**more: Any) -> Example:
    return Example(lambda stage: {"mail_id": stage.received.inbound_id}, seen_by=TEAM, **more)


def commitment(name: str, **more: Any) -> Example:
    return Example(pk_of(name, "commitment_id"), seen_by=TEAM, **more)


def asked(**more: Any) -> Example:
    return Example(pk_of("asked", "commitment_id"), methods=FORM, **more)


def hand_over(**more: Any) -> Example:
    return Example(pk_of("hand_over", "hand_over_id"), seen_by=TEAM, methods=POST, **more)


def followup(**more: Any) -> Example:
    return Example(pk_of("planned", "followup_id"), seen_by=TEAM, methods=POST, **more)


def standard(name: str, **more: Any) -> Example:
    return Example(lambda stage: {"pk": getattr(stage, name).standard_id}, **more)


def others(**more: Any) -> Example:
    # Its limits on attempts are counted in the cache, whatever the method.
    given = {"methods": OTHERS, "answers": (200, 302), "done": (200, 302), "writes": ("cache",), **more}
    return Example(**given)


# Shadowed by `config.urls.closed`: nobody has them, whatever the method.
CLOSED = Example(methods=METHODS, answers=(404,), done=(404,), is_screen=False)
FRAGMENT = Example(is_screen=False)
FEED = Example(lambda stage: {"language": "en"}, is_screen=False)

DECLINED = """Hello Ana Kovač,

our answer is no, for this reason: The old model is no longer made.

What we can do instead: a new printer on loan: Wednesday 25 November 2026, 12:00 (Zagreb time)

If you disagree with this decision, just reply: somebody who had no part in it looks at it again.

Ivana Horvat"""
MESSAGE = {"purpose": "thank_you", "language": "en"}
MESSAGE_TEXT = {
    "based_on": "0",
    "subject": "Thank you for {thing}",
    "greeting": "Hello {customer},",
    "thanks": "thank you for {thing}.",
    "who": "Just reply: it comes to {agent}.",
    "name": "{agent}",
}
PERSON = {"name": "Lea Lovrić", "email": "lea@example.test", "role": "agent", "language": "en"}
CALENDAR = {"name": "Evenings", "zone": "Europe/Zagreb", "mon": "16-20", "country": "HR"}
ACCOUNT = {
    "host": "localhost",
    "security": "none",
    "port": "1",
    "user": "bills@example.test",
    "sign_in": "password",
    "folder": "Bills",
    "afterwards": "mark",
    "largest_mb": "10",
    "own_password": PASSWORD,
}
STANDARD = {
    "name": "Answer",
    "kind": "answer",
    "amount": "8",
    "unit": "working_hours",
    "target_percent": "90",
    "max_moves": "2",
    "sentence_en": "You have our decision within 8 working hours.",
    "if_missed_en": "We tell you, say sorry and name a new time.",
    "sentence_hr": "Odluku imate u roku od 8 radnih sati.",
    "if_missed_hr": "Javljamo vam to, ispričavamo se i dajemo novi rok.",
    "exclusions_en": "Nothing: it holds for every message.",
    "exclusions_hr": "Ništa: vrijedi za svaku poruku.",
    "needed_because": "Customers told us so in last year's survey.",
    "review_by": "2027-11-23",
}


def _new_ticket(stage: Stage) -> dict[str, Any]:
    # Every agent opens tickets for a team of their own; the form refuses others, which is no matter of addresses.
    return {"key": KEY}


EXAMPLES: dict[str, Example] = {
    "horizon": Example(),
    "horizon-rows": Example(query="?tag=x", is_screen=False),
    "horizon-lanes": FRAGMENT,
    "load": Example(),
    "tickets": Example(),
    "tickets-results": Example(query="?q=printer", is_screen=False),
    "customers": Example(),
    "customer-new": Example(
        methods=FORM,
        sends=lambda stage: {
            "name": "New",
            "phone": "1",
            "channel": "phone",
            "language": "en",
            "group": "standard",
        },
    ),
    "customer": Example(pk_of("customer", "customer_id")),
    "customer-edit": Example(
        pk_of("customer", "customer_id"),
        methods=FORM,
        sends=lambda stage: {"name": "Ana", "phone": "1", "channel": "phone", "language": "en", "group": "standard"},
    ),
    "ticket-new": Example(methods=FORM, sends=_new_ticket, done=(422,)),
    "ticket-new-preview": FRAGMENT,
    "ticket-new-customers": Example(query="?customer_search=ana", is_screen=False),
    "ticket": ticket(),
    "upload": Example(
        methods=POST,
        sends=lambda stage: {"files_of": KEY, "attached": SimpleUploadedFile("plan.pdf", b"%PDF", "application/pdf")},
        done=(200,),
    ),
    "upload-remove": Example(pk_of("upload", "upload_id"), methods=POST, seen_by=("agent",), done=(204,)),
    "ticket-thread": Example(lambda stage: {"number": stage.resolved.number}, seen_by=TEAM, is_screen=False),
    "ticket-day": ticket(query="?contact_date=2026-11-24", is_screen=False),
    "ticket-reply": ticket(
        methods=POST, sends=lambda stage: {"key": KEY, "body": "Soon.", "next": "nothing", "because": "It is a test"}
    ),
    "ticket-call": ticket(
        methods=POST,
        sends=lambda stage: {
            "key": KEY,
            "callback": "another",
            "body": "Told her.",
            "result": "reached",
            "next": "nothing",
            "because": "All said",
        },
    ),
    "ticket-note": ticket(methods=POST, sends=lambda stage: {"key": KEY, "body": "Only for us."}),
    "ticket-draft": ticket(methods=POST, sends=lambda stage: {"body": "Half a sent"}, done=(204,)),
    "ticket-assign": ticket(methods=POST, sends=lambda stage: {"owner": stage.lead.pk}),
    "ticket-state": ticket(methods=POST, sends=lambda stage: {"state": "waiting_on_others"}),
    "ticket-facts": ticket(
        methods=POST, sends=lambda stage: {"type": "complaint", "priority": "urgent", "category": stage.category.pk}
    ),
    "ticket-customer": ticket(query="?find=example.test"),
    "ticket-customer-give": Example(
        lambda stage: {"number": stage.waiting.number, "customer_id": stage.customer.pk},
        methods=FORM,
        seen_by=TEAM,
        done=(422,),
    ),
    "ticket-split": ticket(methods=FORM, done=(422,)),
    "delays": Example(),
    "delay-new": Example(methods=FORM, sends=lambda stage: {"reason_en": "It is late."}, done=(422,)),
    "delay": Example(pk_of("delay", "delay_id"), seen_by=TEAM),
    "delay-notice": Example(
        lambda stage: {"notice_id": stage.delay.notices.get().pk},
        methods=FORM,
        sends=lambda stage: {"key": KEY},
        seen_by=TEAM,
        done=(422,),
    ),
    "ticket-set-aside": Example(
        lambda stage: {"number": stage.waiting.number}, methods=FORM, seen_by=TEAM, sends=lambda stage: {"why": "test"}
    ),
    "ticket-take-up": ticket(methods=POST),
    "tickets-set-aside": Example(),
    "ticket-merge": ticket(),
    "ticket-merge-into": Example(
        lambda stage: {"number": stage.ticket.number, "into": stage.waiting.number}, methods=FORM, seen_by=TEAM
    ),
    "attachment": Example(pk_of("attachment", "attachment_id"), seen_by=TEAM, is_screen=False),
    "attachment-preview": Example(pk_of("attachment", "attachment_id"), seen_by=TEAM, is_screen=False),
    "message-undo": Example(pk_of("held", "message_id"), methods=POST, seen_by=("agent",)),
    "message-by-a-person": Example(pk_of("received", "message_id"), methods=POST, seen_by=TEAM),
    "outbox": Example(),
    "mail-received": received(),
    "mail-formatted": received(is_screen=False),
    "mail-original": Example(lambda stage: {"mail_id": stage.received.inbound_id}, is_screen=False),
    "mail-log": Example(pk_of("held", "message_id"), seen_by=TEAM),
    "mail-retry": Example(pk_of("held", "message_id"), methods=POST, seen_by=TEAM),
    "mail-send-again": Example(
        pk_of("held", "message_id"), methods=POST, seen_by=TEAM, sends=lambda stage: {"key": KEY}
    ),
    "mail-arrived": Example(pk_of("held", "message_id"), methods=POST, seen_by=TEAM),
    "mail-lost": Example(pk_of("held", "message_id"), methods=POST, seen_by=TEAM),
    "mail-cancel": Example(pk_of("held", "message_id"), methods=POST, seen_by=TEAM),
    "mail-put-away": Example(pk_of("held", "message_id"), methods=POST, seen_by=TEAM),
    "staff-mail-retry": Example(pk_of("staff_mail", "delivery_id"), methods=POST),
    "staff-mail-put-away": Example(pk_of("staff_mail", "delivery_id"), methods=POST),
    "call-note": Example(
        pk_of("called", "message_id"),
        methods=FORM,
        seen_by=TEAM,
        sends=lambda stage: {"key": KEY, "body": "As agreed."},
    ),
    "call-no-note": Example(pk_of("called", "message_id"), methods=POST, seen_by=TEAM),
    "call-not-needed": Example(
        pk_of("call_task", "task_id"), methods=POST, seen_by=TEAM, sends=lambda stage: {"because": "She was here."}
    ),
    "parked-mails": Example(),
    "parked-mails-held": Example(
        methods=POST, sends=lambda stage: {"sender": "news@example.test", "decision": "put-away"}
    ),
    "parked-mail": Example(pk_of("parked", "mail_id"), seen_by=TEAM),
    "parked-mail-original": Example(pk_of("parked", "mail_id"), seen_by=TEAM, is_screen=False),
    "parked-mail-ticket": Example(pk_of("parked", "mail_id"), methods=POST, seen_by=TEAM),
    "parked-mail-put-away": Example(pk_of("parked", "mail_id"), methods=POST, seen_by=TEAM),
    "unverified-original": Example(pk_of("unverified", "entry_id"), seen_by=TEAM, is_screen=False),
    "unverified-accept": Example(pk_of("unverified", "entry_id"), methods=POST, seen_by=TEAM),
    "unverified-ticket": Example(pk_of("unverified", "entry_id"), methods=POST, seen_by=TEAM),
    "unverified-dismiss": Example(pk_of("unverified", "entry_id"), methods=POST, seen_by=TEAM),
    "outbox-resume": Example(methods=POST),
    "followups-held": Example(methods=POST, sends=lambda stage: {"decision": "send"}),
    "compliance": Example(),
    "compliance-cases": Example(),
    "compliance-answers": Example(),
    "compliance-export": Example(methods=POST, sends=lambda stage: {"form": "csv"}, done=(200,)),
    "export": Example(pk_of("export", "export_id"), seen_by=("manager",)),
    "export-bar": Example(pk_of("export", "export_id"), seen_by=("manager",), is_screen=False),
    "export-file": Example(pk_of("exported", "export_id"), seen_by=("manager",), is_screen=False),
    "recovery": commitment("overdue", methods=FORM, sends=lambda stage: {"key": KEY, "do": "keep"}),
    "recovery-approve": commitment("overdue", methods=POST),
    "recovery-skip": commitment("overdue", methods=POST, sends=lambda stage: {"because": "They have moved away."}),
    "prevention": Example(),
    "prevention-done": Example(pk_of("prevention", "action_id"), methods=POST, seen_by=TEAM),
    "commitment-cause": commitment("overdue", methods=POST, sends=lambda stage: {"cause": "supplier"}),
    "commitment-seen": Example(
        lambda stage: {"commitment_id": stage.ticket.commitments.get(promised_text="A technician calls back").pk},
        methods=POST,
        seen_by=TEAM,
    ),
    "thanks": Example(),
    "thanks-one": Example(
        methods=FORM,
        sends=lambda stage: {
            "email": "new@example.test",
            "name": "Iva Babić",
            "what": "the new printer",
            "delivered": "2026-11-23",
            "language": "en",
        },
    ),
    "thanks-many": Example(
        methods=FORM,
        sends=lambda stage: {
            "text": "email,name,what,delivered\nnew@example.test,Iva Babić,the new printer,2026-11-23",
            "enrol": "1",
        },
    ),
    "declined": Example(),
    "ticket-decline": ticket(
        methods=FORM,
        sends=lambda stage: {
            "key": KEY,
            "reason": "The old model is no longer made.",
            "first_words": "a new printer on loan",
            "first_date": "2026-11-25",
            "first_time": "12:00",
            "then": "contact",
            "contact_date": "2026-11-24",
            "contact_time": "12:00",
            "body": DECLINED,
        },
    ),
    "answers": Example(),
    "answer-read": Example(lambda stage: {"answer_id": stage.answered.answers.get().pk}, seen_by=TEAM, methods=POST),
    "last-calls": Example(),
    "early": Example(),
    "commitment-take": commitment("running", methods=POST),
    "commitment-day": commitment("running", query="?date=2026-11-24", is_screen=False),
    "commitment-hand-over": commitment("running", methods=FORM, sends=lambda stage: {"to": stage.lead.pk}),
    "ticket-ask": ticket(
        methods=FORM,
        sends=lambda stage: {
            "key": KEY,
            "words": "Is it in stock?",
            "whom": f"user:{stage.other_agent.pk}",
            "date": "2026-11-24",
            "time": "10:00",
        },
    ),
    "asked-move": asked(sends=lambda stage: {"date": "2026-11-23", "time": "17:00", "why": "It is archived."}),
    "asked-give-back": asked(sends=lambda stage: {"why": "We have no access."}),
    "asked-object": Example(
        pk_of("asked_and_done", "commitment_id"),
        methods=FORM,
        seen_by=TEAM,
        sends=lambda stage: {"date": "2026-11-24", "time": "10:00", "why": "That is another one's."},
    ),
    "hand-overs-take": Example(methods=POST, sends=lambda stage: {"asked": stage.hand_over.pk}),
    "hand-over-take": hand_over(),
    "hand-over-decline": hand_over(sends=lambda stage: {"reason": "I am in court."}),
    "hand-over-call-off": hand_over(),
    "commitment-call": commitment(
        "callback",
        methods=FORM,
        sends=lambda stage: {
            "key": KEY,
            "callback": str(stage.callback.pk),
            "body": "Told her.",
            "result": "reached",
            "next": "nothing",
            "because": "All said",
        },
    ),
    "commitment-why": commitment("running"),
    "commitment-why-part": commitment("running", is_screen=False),
    "commitment-move": commitment(
        "running",
        methods=FORM,
        sends=lambda stage: {
            "key": KEY,
            "date": "2026-11-26",
            "time": "15:00",
            "reason": "The part is late.",
            "body": "Hello Ana",
        },
    ),
    "commitment-done": commitment("running", methods=POST),
    "commitment-start": commitment("conditional", methods=POST),
    "commitment-not-yet": commitment("conditional", methods=POST, sends=lambda stage: {"message": stage.received.pk}),
    "commitment-no-reply": commitment("running", methods=POST),
    "commitment-reply-needed": commitment("running", methods=POST),
    "commitment-withdraw": commitment("running", methods=FORM, sends=lambda stage: {"why": "customer_said_so"}),
    "followups": Example(),
    "followup-text": Example(
        pk_of("planned", "followup_id"), seen_by=TEAM, methods=FORM, sends=lambda stage: {"body": "Hello."}, done=(422,)
    ),
    "followup-hold": followup(),
    "followup-release": followup(),
    "followup-ask": followup(),
    "followup-skip": followup(sends=lambda stage: {"reason": "She said so on the phone"}),
    "promised": Example(),
    "standard-readers": Example(seen_by=("agent of another team", "lead", "manager", "administrator")),
    "standard-extract": Example(lambda stage: {"role": "agent"}),
    "standard-read": Example(pk_of("published"), methods=POST),
    "absences": Example(
        methods=FORM,
        sends=lambda stage: {"user": stage.agent.pk, "first_day": "2026-12-07", "last_day": "2026-12-08"},
        done=(302, 422),
    ),
    "absence-hand-over": Example(pk_of("absence", "absence_id"), methods=FORM, seen_by=TEAM),
    "absence-end": Example(pk_of("absence", "absence_id"), methods=POST, seen_by=TEAM),
    "preferences": Example(methods=FORM, sends=lambda stage: {"theme": "dark"}),
    "styleguide": Example(),
    "settings": Example(),
    "organisation": Example(
        methods=FORM,
        sends=lambda stage: {
            "name": "City Help",
            "zone": "Europe/Zagreb",
            "language": "en",
            "languages": ["en", "hr"],
            "support_address": "help@example.test",
            "default_team": stage.team.pk,
        },
    ),
    "people": Example(),
    "person-new": Example(methods=FORM, sends=lambda stage: PERSON),
    "person": Example(pk_of("agent"), methods=FORM, sends=lambda stage: PERSON),
    "person-sign-in-link": Example(pk_of("agent"), methods=POST, done=(200,)),
    "person-deactivate": Example(pk_of("agent"), methods=POST),
    "person-reactivate": Example(pk_of("inactive"), methods=POST),
    "mailboxes": Example(),
    "mailbox-new": Example(
        methods=FORM, sends=lambda stage: {"name": "Gas", "address": "gas@example.test", "team": stage.team.pk}
    ),
    "mailbox": Example(pk_of("mailbox")),
    "mailbox-edit": Example(
        pk_of("mailbox"), methods=FORM, sends=lambda stage: {"name": "Bills 2", "address": "bills2@example.test"}
    ),
    "mailbox-fetching": Example(pk_of("mailbox"), methods=FORM, sends=lambda stage: ACCOUNT, done=(200,)),
    "mailbox-try": Example(pk_of("mailbox"), methods=POST, done=(200,)),
    "mailbox-start": Example(pk_of("mailbox_off"), methods=POST, sends=lambda stage: {"back": "24"}),
    "mailbox-stop": Example(pk_of("mailbox"), methods=POST),
    "mailbox-resume": Example(pk_of("mailbox"), methods=POST),
    "teams": Example(),
    "team-new": Example(
        methods=FORM,
        sends=lambda stage: {
            "name": "New",
            "lead": stage.lead.pk,
            "members": [stage.lead.pk],
            "calendar": stage.calendar.pk,
        },
    ),
    "team": Example(
        pk_of("team"),
        methods=FORM,
        sends=lambda stage: {
            "name": "Machines",
            "lead": stage.agent.pk,
            "members": [stage.agent.pk],
            "calendar": stage.calendar.pk,
        },
    ),
    "mail-check": Example(pk_of("checked", "pk")),
    "mail-check-result": Example(pk_of("checked", "pk"), is_screen=False),
    "mail-check-send": Example(pk_of("checked", "pk"), methods=POST),
    "mail-check-server": Example(pk_of("checked", "pk"), methods=POST, sends=lambda stage: {"authserv_id": "mx.test"}),
    "team-signature": Example(
        pk_of("team"),
        methods=FORM,
        seen_by=("lead", "administrator"),
        sends=lambda stage: {"sender_name": "City Devices", "signature_en": "Devices\nOld Street 1"},
    ),
    "own-signature": Example(methods=FORM, sends=lambda stage: {"signature": "Ivana Horvat, printers"}),
    "calendars": Example(),
    "calendar-new": Example(methods=FORM, sends=lambda stage: CALENDAR),
    "calendar-holidays": Example(query="?country=HR", is_screen=False),
    "calendar": Example(pk_of("calendar")),
    "calendar-hours": Example(
        pk_of("calendar"),
        methods=FORM,
        sends=lambda stage: {**CALENDAR, "based_on": stage.calendar.current.number},
        done=(200,),  # first it shows what would move
    ),
    "calendar-running": Example(pk_of("calendar"), methods=FORM, sends=lambda stage: {"seen": 1}),
    "categories": Example(methods=FORM, sends=lambda stage: {"name": "Doors"}),
    "category": Example(pk_of("category"), methods=FORM, sends=lambda stage: {"name": "Printing"}),
    "standards": Example(),
    "standard-new": Example(methods=FORM, sends=lambda stage: STANDARD),
    "standard": standard("draft"),
    "standard-details": standard(
        "published", methods=FORM, sends=lambda stage: {"name": "First answer", "position": 3}
    ),
    "standard-draft": standard("published", methods=FORM, sends=lambda stage: STANDARD),
    "standard-draft-discard": standard("draft", methods=POST),
    "standard-publish": standard("draft", methods=FORM, done=(302, 422)),
    "standard-withdraw": standard("published", methods=FORM),
    "standard-compare": standard("draft"),
    "standard-presets": Example(methods=FORM, sends=lambda stage: {"preset": "au-rg271"}),
    "playbooks": Example(),
    "playbook": Example(lambda stage: {"code": "I"}),
    "playbook-edit": Example(
        lambda stage: {"code": "A"},
        methods=FORM,
        sends=lambda stage: {
            "is_on": "on",
            "acknowledgement-is_on": "on",
            "acknowledgement-late_days": "1",
            "because": "It is tried.",
            "based_on": "1",
        },
    ),
    "stopped-addresses": Example(),
    "stopped-address-lift": Example(pk_of("stopped"), methods=POST, sends=lambda stage: {"because": "It is new."}),
    "audit": Example(),
    "audit-run": Example(methods=POST),
    "message-texts": Example(),
    "message-text": Example(lambda stage: MESSAGE, methods=FORM, sends=lambda stage: MESSAGE_TEXT),
    "message-text-preview": Example(lambda stage: MESSAGE, methods=POST, sends=lambda stage: MESSAGE_TEXT, done=(200,)),
    "message-text-shipped": Example(lambda stage: MESSAGE, methods=POST, sends=lambda stage: {"based_on": "0"}),
    "published": Example(),
    "published-explain": Example(pk_of("published"), methods=FORM, sends=lambda stage: {"words_en": "Two were ill."}),
    "exception-days": Example(
        methods=FORM, sends=lambda stage: {"first": "2026-11-24", "words_en": "The bridge is closed."}
    ),
    "exception-days-withdraw": Example(
        pk_of("storm"), methods=FORM, sends=lambda stage: {"words_en": "The storm passed by."}
    ),
    # Whoever is signed in is led on, whatever the method.
    "account_login": others(methods=METHODS, answers=(200, 302, 405), done=(200, 302, 405)),
    "account_logout": others(methods=("GET", "HEAD", "OPTIONS", "POST")),
    "account_inactive": others(methods=("GET", "HEAD", "OPTIONS")),
    "account_reauthenticate": others(),
    "account_change_password": others(),
    "account_reset_password": others(sends=lambda stage: {"email": stage.agent.email}),
    "account_reset_password_done": others(methods=("GET", "HEAD", "OPTIONS")),
    # The library keeps the secret in the session and takes it out of the address.
    "account_reset_password_from_key": others(
        methods=METHODS,
        args=lambda stage: dict(
            zip(
                ("uidb36", "key"),
                set_password_link(stage.agent).rstrip("/").rsplit("/", 1)[1].split("-", 1),
                strict=True,
            )
        ),
        writes=("cache", "django_session", "account_emailaddress"),
    ),
    "account_reset_password_from_key_done": others(methods=("GET", "HEAD", "OPTIONS")),
    "account_signup": CLOSED,
    "account_email": CLOSED,
    "account_email_verification_sent": CLOSED,
    "account_confirm_email": Example(
        lambda stage: {"key": "abc"}, METHODS, answers=(404,), done=(404,), is_screen=False
    ),
    "account_set_password": CLOSED,
    "account_confirm_login_code": CLOSED,
    "root": Example(answers=(302,)),
    "front": Example(lambda stage: {"language": "en"}),
    "standard-version": Example(
        lambda stage: {"language": "en", "code": stage.published.standard.code, "number": stage.published.number}
    ),
    "standards-json": FEED,
    "standards-csv": FEED,
    "standards-txt": FEED,
    "standards-snippet": FEED,
    "wait-json": FEED,
    "wait-txt": FEED,
    "wait-badge": FEED,
    "healthz": FRAGMENT,
    "readyz": FRAGMENT,
    # Nothing is signed.
    "mail-in": Example(methods=POST, done=(401,), is_screen=False),
    "mail-in-for": Example(
        lambda stage: {"address": "support@example.test"}, methods=POST, done=(401,), is_screen=False
    ),
    # No provider is named.
    "mail-of-provider": Example(methods=POST, done=(404,), is_screen=False),
    # Nothing is sent: it would go to a mail server on this machine.
    "demo_mail": Example(methods=FORM, done=(422,)),
    "demo_letter": Example(lambda stage: {"name": stage.letter}, methods=FORM, done=(422,)),
    "request": Example(
        lambda stage: {"token": stage.request_token()},
        methods=FORM,
        sends=lambda stage: {"key": KEY, "body": "Also this."},
    ),
    "request-file": Example(
        lambda stage: {"token": stage.request_token(), "attachment_id": stage.attachment.pk}, is_screen=False
    ),
    "request-file-preview": Example(
        lambda stage: {"token": stage.request_token(), "attachment_id": stage.attachment.pk}, is_screen=False
    ),
    "new-link": Example(lambda stage: {"token": stage.request_token()}, methods=POST),
    "choices": Example(
        lambda stage: {"token": stage.request_token()},
        methods=FORM,
        sends=lambda stage: {"channel": "phone", "news": "when_solved", "wanted": ["check_in"]},
    ),
    "stop": Example(lambda stage: {"token": stage.stop_token()}, methods=FORM, done=(200,)),
    "answer": Example(
        lambda stage: {"token": stage.answer_token()}, methods=FORM, sends=lambda stage: {"outcome": "yes"}
    ),
}


@cache
def named_routes() -> dict[str, tuple[str, URLPattern]]:
    """Every address by its name: what it is reversed by, and the pattern.

    Those of `closed` have no names; they are found under the names that they shadow.
    """
    return {pattern.name: (full, pattern) for full, pattern in _walk(get_resolver(), "") if pattern.name}


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            assert pattern.name or pattern.lookup_str == "config.urls.closed", f"{pattern} has no name"
            yield f"{space}{pattern.name}", pattern


def audience_of(name: str) -> str:
    return audience(named_routes()[name][1])


def address(name: str, stage: Stage) -> str:
    """Where the example is."""
    return reverse(named_routes()[name][0], kwargs=EXAMPLES[name].args(stage)) + EXAMPLES[name].query


def may_open(name: str, actor: str) -> bool:
    """Whether `actor` is let in, and may see that very object."""
    example = EXAMPLES[name]
    return actor in OPENED_BY[audience_of(name)] and (not example.seen_by or actor in example.seen_by)

"""One request, question or complaint of one customer."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.db import OperationalError, connections, models, transaction
from django.db.models import F, Func, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from psycopg.errors import LockNotAvailable

from people.folding import search_words
from people.models import Customer, Team
from people.terms import Channel
from standards.models import Category
from standards.terms import Priority, TicketType

if TYPE_CHECKING:
    from people.models import User

# What an action needs of a ticket that it has locked.
_WITH = ("customer", "team", "category")
# So often, and so many seconds apart, it is looked whether a second ticket is free.
LOOKS, BETWEEN_LOOKS = 10, 0.05


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> TicketQuerySet:
        """The tickets `user` may see: those of their teams and of teams they lead; managers see all."""
        return self if user.is_manager else self.filter(team__in=Team.objects.visible_to(user))

    def readable_by(self, user: User) -> TicketQuerySet:
        """The same, and those on which a team of theirs was asked for something: to read, and to note.

        Also once it is done, because its outcome stays on their record; not once the ask was withdrawn.
        """
        if user.is_manager:
            return self
        teams = Team.objects.visible_to(user).values("pk")
        asked = Ticket.objects.filter(
            commitments__asked_of__in=teams, commitments__outcome__in=["", "kept", "kept_late", "not_done"]
        )
        return self.filter(Q(team__in=teams) | Q(pk__in=asked.values("pk")))

    def lock(self, ticket: Ticket) -> Ticket:
        """The ticket as it is now, locked for this transaction. Every action takes this lock first.

        Of one that was merged, also while this waited, it is the ticket that it lives on in.
        """
        alive = self.filter(merged_into=None).select_for_update(of=("self",))
        alive = alive.select_related("customer", "team", "category")
        key = ticket.pk
        while (found := alive.filter(pk=key).first()) is None:
            key = self.values_list("merged_into", flat=True).get(pk=key, merged_into__isnull=False)
        return found

    def lock_whole(self, ticket: Ticket) -> list[Ticket]:
        """The ticket as `lock` gives it, and after it all that was merged into it, locked too.

        A refusal where somebody acts on one of them for longer than a moment, as by `lock_two`.
        """
        alive = self.lock(ticket)
        return [alive, *self._once_free(Q(merged_into=alive)).values()]

    def lock_two(self, one: Ticket, other: Ticket) -> dict[int, Ticket]:
        """Both by their keys, locked, and what was merged into either; not what they live on in by now.

        A refusal where somebody acts on one of them for longer than a moment: who holds a ticket that was just
        merged waits for the one that it lives on in, and to wait for them as well would be to wait for ever.
        """
        first = self.select_for_update(of=("self",)).select_related(*_WITH).get(pk=min(one.pk, other.pk))
        keys = (one.pk, other.pk)
        found = self._once_free((Q(pk__in=keys) & ~Q(pk=first.pk)) | Q(merged_into__in=keys))
        return {first.pk: first} | {key: row for key, row in found.items() if key in keys}

    def _once_free(self, which: Q) -> dict[int, Ticket]:
        """Those rows, locked. Never waiting for them with another in hand: only looking whether they are free."""
        rows = self.select_for_update(of=("self",), nowait=True).select_related(*_WITH).filter(which).order_by("pk")
        for _look in range(LOOKS):
            try:
                with transaction.atomic(using=self.db):
                    return {row.pk: row for row in rows}
            except OperationalError as refusal:
                if not isinstance(refusal.__cause__, LockNotAvailable):
                    raise
                sleep(BETWEEN_LOOKS)
        raise ValidationError(_("Somebody acts on this ticket at this very moment. Try once more."))

    def numbered(self, number: int | str) -> TicketQuerySet:
        """The ticket with that number, or the one that it was merged into."""
        lives_in = Ticket.objects.filter(number=number).values(alive=Coalesce("merged_into", "pk"))
        return self.filter(pk=Subquery(lives_in))

    def about(self, about: str) -> Ticket | None:
        """The ticket that something of `mail` is about, with its customer; None where it is about something else.

        What is about a merged ticket is about the one that it lives on in.
        """
        what, _colon, number = about.partition(":")
        if what != "ticket" or not number.isdecimal():
            return None
        return self.select_related("customer").numbered(number).first()

    def next_number(self) -> int:
        """A number that no other ticket has or gets, for a row that says its own number also in other columns."""
        with connections[self.db].cursor() as cursor:
            cursor.execute("SELECT nextval('tickets_ticket_number')")
            return cursor.fetchone()[0]

    def open(self) -> TicketQuerySet:
        """Tickets on which something is still owed or awaited."""
        return self.exclude(state__in=[Ticket.State.RESOLVED, Ticket.State.CLOSED])

    def search(self, text: str) -> TicketQuerySet:
        """Those whose number, subject or customer has words that begin like each word of `text`."""
        found = self
        for word in search_words(text.removeprefix("T-").removeprefix("t-")):
            found = found.filter(search=SearchQuery(f"'{word}':*", search_type="raw", config="simple"))
        return found


class Ticket(models.Model):
    """What a customer came with. The promises about it are its commitments."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        WAITING_ON_CUSTOMER = "waiting_on_customer", _("Waiting on customer")
        WAITING_ON_OTHERS = "waiting_on_others", _("Waiting on others")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    class SetAside(models.TextChoices):
        """Why it never was a request that we owe anything for."""

        SPAM = "spam", _("Unwanted mail")
        DUPLICATE = "duplicate", _("The same once more")
        TEST = "test", _("A test of ours")

    number = models.PositiveIntegerField(
        unique=True,
        editable=False,
        db_default=Func(Value("tickets_ticket_number"), function="nextval", output_field=models.PositiveIntegerField()),
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="tickets")
    team = models.ForeignKey(Team, models.PROTECT, related_name="tickets", verbose_name=_("Team"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("Owner")
    )
    type = models.CharField(_("Type"), max_length=20, choices=TicketType, default=TicketType.QUESTION)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("Category")
    )
    priority = models.CharField(_("Priority"), max_length=10, choices=Priority, default=Priority.NORMAL)
    channel = models.CharField(_("Channel"), max_length=10, choices=Channel, default=Channel.MAIL)
    subject = models.CharField(_("Subject"), max_length=200)
    asked_for = models.TextField(_("What the customer asks for"), blank=True)
    expected_by = models.DateTimeField(_("When the customer expects it"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=20, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged",
        help_text="It lives on in that ticket, which lives itself.",
    )  # fmt: skip
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="parts", help_text="It came as one with that."
    )
    set_aside_why = models.CharField(max_length=10, choices=SetAside, blank=True, editable=False)
    unplanned = models.BooleanField(default=False, help_text="Follow-ups have not looked at it since it changed.")
    folded = models.TextField(editable=False, help_text="number, subject and customer, folded for search")
    search = models.GeneratedField(
        expression=SearchVector("folded", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ticket_resolved_has_its_moment",
                condition=Q(state__in=["resolved", "closed"], resolved_at__isnull=False)
                | Q(~Q(state__in=["resolved", "closed"]), resolved_at__isnull=True),
            ),
            models.CheckConstraint(
                name="ticket_set_aside_is_put_away", condition=Q(set_aside_why="") | Q(state="closed")
            ),
            models.CheckConstraint(
                name="ticket_merged_is_put_away_and_elsewhere",
                condition=Q(merged_into__isnull=True) | Q(state="closed", unplanned=False) & ~Q(merged_into=F("id")),
            ),
        ]
        indexes = [
            models.Index(name="ticket_set_aside", fields=["-resolved_at"], condition=~Q(set_aside_why="")),
            models.Index(name="ticket_unplanned", fields=["id"], condition=Q(unplanned=True)),
            models.Index(F("opened_at").desc(), F("id").desc(), name="ticket_newest_first"),
            models.Index(name="ticket_of_team_newest", fields=["team", "-opened_at", "-id"]),
            models.Index(name="ticket_open", fields=["id"], condition=~Q(state__in=["resolved", "closed"])),
            GinIndex(name="ticket_search", fields=["search"]),
        ]

    def __str__(self) -> str:
        return f"T-{self.number} {self.subject}"

    @property
    def is_open(self) -> bool:
        """Whether something is still owed or awaited."""
        return self.state not in {self.State.RESOLVED, self.State.CLOSED}

    @property
    def about(self) -> str:
        """How this ticket is named towards `mail`, which knows nothing of tickets."""
        return f"ticket:{self.number}"

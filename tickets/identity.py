"""In whose name a mail about a ticket leaves: its mailbox, the name in From, and what stands below it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from mail.models import Mailbox
from people.models import Organisation, Team, User
from tickets.models import Ticket


@dataclass(frozen=True)
class Identity:
    """`mailbox` is None where the organisation's support address sends. `signature` may be empty."""

    mailbox: Mailbox | None
    sender_name: str
    signature: str

    def signed(self, text: str) -> str:
        """`text` with the signature below the line by which mail programs know it."""
        return f"{text}\n\n-- \n{self.signature}" if self.signature else text


def of_person(ticket: Ticket, author: User) -> Identity:
    """For what `author` writes: their name beside the team's, and their signature above the team's."""
    team = of_team(ticket)
    return Identity(
        team.mailbox,
        _beside(author, team.sender_name),
        "\n".join(filter(None, [author.signature, team.signature])),
    )


def example(team: Team, language: str, author: User | None = None) -> Identity:
    """How mail of `team` is signed in `language`, by `author` or by itself; for a ticket that nobody wrote yet."""
    mailbox, name, signature = Mailbox.objects.filter(team=team).first(), team_name(team), team.signature_in(language)
    if author is None:
        return Identity(mailbox, name, signature)
    return Identity(mailbox, _beside(author, name), "\n".join(filter(None, [author.signature, signature])))


def of_team(ticket: Ticket) -> Identity:
    """For what leaves by itself: the team's name, or else the organisation's, and the team's signature."""
    return Identity(_mailbox(ticket), team_name(ticket.team), ticket.team.signature_in(ticket.customer.language))


def team_name(team: Team) -> str:
    """What `team` is called in From."""
    if team.sender_name:
        return team.sender_name
    organisation = Organisation.objects.first()
    return organisation.name if organisation else ""


def _beside(author: User, house: str) -> str:
    return f"{author.sender_name or author.name} ({house})"


def _mailbox(ticket: Ticket) -> Mailbox | None:
    """Of the team's mailboxes the one that the customer wrote to last, or else the first."""
    ours = list(Mailbox.objects.filter(team=ticket.team_id))
    if len(ours) < 2:
        return ours[0] if ours else None
    came = ticket.messages.filter(inbound__mailbox__in=ours).order_by("-at").values_list("inbound__mailbox", flat=True)
    return next((mailbox for mailbox in ours if mailbox.pk == came.first()), ours[0])

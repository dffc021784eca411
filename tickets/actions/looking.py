"""The marker by which follow-ups find a ticket that has changed."""

from __future__ import annotations

from tickets.models import Ticket


def follow_ups_look_again(ticket: Ticket) -> None:
    """What follows on `ticket` is another thing now: the sweep looks at it, or at the one that it lives on in.

    The caller holds the lock of `ticket`.
    """
    Ticket.objects.filter(pk=ticket.merged_into_id or ticket.pk).update(unplanned=True)

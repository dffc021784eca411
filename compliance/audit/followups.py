"""Getting back to the customer: planned where it has to be, on what it is about, and noted when it is over."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import STUCK, WORKER, check
from compliance.audit.commitments import DONE
from followups.actions.satisfaction import CHANGEABLE_FOR
from followups.models import CallTask, FollowUp, SatisfactionAnswer, SatisfactionRequest
from followups.playbook_terms import Code
from followups.playbooks import UNTIL_CLOSED
from followups.rules import step_in_use
from tickets.models import Ticket

State = FollowUp.State
_HEAL = _("Every night the worker is told to look at these tickets again; at once by manage.py audit --heal.")


@check("question-not-planned", _("A resolved ticket has no question planned or asked."), _HEAL)
def question_not_planned(now: datetime) -> QuerySet[Ticket]:
    """Also what the nightly run heals: the marker is set again, and the sweep plans the question.

    Nothing where the playbook asks no question at all.
    """
    if step_in_use(Code.RESOLVED, FollowUp.Step.SETTLED_QUESTION) is None:
        return Ticket.objects.none()
    planned = FollowUp.objects.filter(
        ticket=OuterRef("pk"),
        step__in=[FollowUp.Step.SETTLED_QUESTION, FollowUp.Step.CHECK_BACK],
        made_at__gte=OuterRef("resolved_at"),
    )
    return Ticket.objects.filter(~Exists(planned), state=Ticket.State.RESOLVED, unplanned=False)


@check("question-on-open-ticket", _("A question is planned on a ticket that is open."))
def question_on_open_ticket(now: datetime) -> QuerySet[FollowUp]:
    planned = FollowUp.objects.filter(state=State.SCHEDULED, step__in=UNTIL_CLOSED, ticket__unplanned=False)
    return planned.exclude(ticket=None).exclude(ticket__state__in=DONE)


@check("planned-on-merged", _("Something is planned on a ticket that lives on in another one."))
def planned_on_merged(now: datetime) -> QuerySet[FollowUp]:
    """The sweep brings it along as soon as it has looked at the other ticket."""
    planned = FollowUp.objects.filter(state__in=[State.SCHEDULED, State.DRAFTED], ticket__merged_into__isnull=False)
    return planned.filter(ticket__merged_into__unplanned=False)


@check("call-left-on-merged", _("A call is asked for on a ticket that lives on in another one."))
def call_left_on_merged(now: datetime) -> QuerySet[CallTask]:
    left = CallTask.objects.filter(ended_at=None, ticket__merged_into__isnull=False)
    return left.filter(ticket__merged_into__unplanned=False)


@check("asked-on-set-aside", _("A customer is going to be asked about a ticket that never was a request."))
def asked_on_set_aside(now: datetime) -> QuerySet[FollowUp]:
    planned = FollowUp.objects.filter(state=State.SCHEDULED, ticket__set_aside_why__gt="")
    return planned.filter(ticket__unplanned=False)


@check("handed-over-without-mail", _("A follow-up was handed over, but there is no mail."))
def handed_over_without_mail(now: datetime) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(state=State.HANDED_OVER, delivery=None)


@check("handed-over-and-forgotten", _("A follow-up's mail has ended, and nobody noted it."), WORKER)
def handed_over_and_forgotten(now: datetime) -> QuerySet[FollowUp]:
    return FollowUp.objects.to_finish().filter(delivery__ended_at__lt=now - STUCK)


@check("asked-about-another", _("A question was asked about another ticket than its follow-up is."))
def asked_about_another(now: datetime) -> QuerySet[SatisfactionRequest]:
    return SatisfactionRequest.objects.exclude(ticket=F("followup__ticket"))


@check("answered-before-asked", _("A customer has answered before they were asked."))
def answered_before_asked(now: datetime) -> QuerySet[SatisfactionAnswer]:
    return SatisfactionAnswer.objects.filter(at__lt=F("request__made_at"))


@check("answered-too-late", _("An answer was changed when that was no longer possible."))
def answered_too_late(now: datetime) -> QuerySet[SatisfactionAnswer]:
    long_before = SatisfactionAnswer.objects.filter(
        request=OuterRef("request"), at__lt=OuterRef("at") - CHANGEABLE_FOR
    )  # fmt: skip
    return SatisfactionAnswer.objects.filter(Exists(long_before))


@check("called-on-another", _("A call was noted as made by what was said on another customer's ticket."))
def called_on_another(now: datetime) -> QuerySet[CallTask]:
    made = CallTask.objects.exclude(call=None)
    return made.filter(~Q(call__ticket__customer=F("ticket__customer")))

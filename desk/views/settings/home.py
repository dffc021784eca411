"""Where settings begin: what can be set, and what is still missing."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mail.models import Account, Mailbox, Suppression
from people.audience import StaffRequest, managers
from people.models import Organisation, Team, User
from standards.models import Calendar, Category, StandardVersion


@managers
@require_safe
def settings(request: StaffRequest) -> HttpResponse:
    """The sections with what stands in each; managers see only those they may read."""
    context = {
        "section": "settings",
        "organisation": Organisation.objects.the(),
        "standards_in_force": StandardVersion.objects.in_force(timezone.now()).count(),
    }
    if request.user.is_administrator:
        context["people"] = User.objects.aggregate(
            active=Count("pk", filter=Q(is_active=True)),
            waiting=Count("pk", filter=Q(is_active=True, last_login=None)),
        )
        context["teams"] = Team.objects.aggregate(
            all=Count("pk"), without_hours=Count("pk", filter=Q(team_calendar=None))
        )
        context["mailboxes"] = Mailbox.objects.aggregate(
            all=Count("pk"), fetched=Count("pk", filter=Q(account__is_on=True))
        )
        context["silent"] = Account.objects.needing_somebody(timezone.now()).count()
        context["stopped_count"] = Suppression.objects.in_force().count()
        context["calendar_count"] = Calendar.objects.count()
        context["category_count"] = Category.objects.in_use().count()
    return render(request, "desk/settings/home.html", context)

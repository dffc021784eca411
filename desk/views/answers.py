"""What customers answered: the list, and saying that one has been read."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import answers as listed
from followups.actions import reading
from followups.models import SatisfactionAnswer
from people.audience import StaffRequest, staff


@staff
@require_safe
def answers(request: StaffRequest) -> HttpResponse:
    """Those that nobody has read, or (`?all`) every one; `?after=` goes on from a place."""
    everything, after, now = "all" in request.GET, request.GET.get("after", ""), timezone.now()
    context = {
        "section": "compliance",
        "page": listed.read(request.user, everything=everything, after=after, now=now),
        "everything": everything,
        "is_continued": bool(after),
        "now": now,
    }
    return render(request, "desk/answers.html", context)


@staff
@require_POST
def read(request: StaffRequest, answer_id: int) -> HttpResponse:
    """The viewer has read it; whoever was quicker stays on record."""
    visible = SatisfactionAnswer.objects.visible_to(request.user).select_related("request__ticket")
    answer = reading.read(get_object_or_404(visible, pk=answer_id), by=request.user, now=timezone.now())
    if answer.read_by == request.user:
        toasts.success(request, _("It is noted that you have read it."))
    else:
        toasts.warning(request, _("%(name)s has read it already.") % {"name": answer.read_by})
    return redirect("desk:answers")

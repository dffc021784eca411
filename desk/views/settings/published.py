"""What the public reads about results, and what managers add to it: explanations and exception days."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance import published as results
from compliance.actions import exceptions, explaining
from compliance.models import ExceptionDay
from desk.forms.published import ExceptionDaysForm, ExplanationForm, WithdrawalForm
from desk.forms.refusal import carry_out, posted
from people.audience import StaffRequest, managers
from people.models import Organisation

SETTING = {"section": "settings", "setting": "published"}


@managers
@require_safe
def published(request: StaffRequest) -> HttpResponse:
    """The month that closed last, standard by standard, and the exception days."""
    organisation = Organisation.objects.the()
    edition = results.edition(timezone.now(), organisation.zone_info)
    month = edition.month
    rows = [(record, record.in_month(month.first)) for record in edition.standards] if month else []
    context = {
        **SETTING,
        "month": month,
        "rows": [(record.version, one, record.verdict(one)) for record, one in rows],
        "exceptions": ExceptionDay.objects.select_related("team", "declared_by", "withdrawn_by"),
        "language": request.user.language,
        "zone": organisation.zone_info,
    }
    return render(request, "desk/settings/published.html", context)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: StaffRequest, pk: int) -> HttpResponse:
    """Say why a standard came out as it did in the month that closed last."""
    now, organisation = timezone.now(), Organisation.objects.the()
    edition = results.edition(now, organisation.zone_info)
    record = next((one for one in edition.standards if one.version and one.version.pk == pk), None)
    if edition.month is None or record is None or record.version is None:
        raise Http404
    version, month = record.version, record.in_month(edition.month.first)
    said = {f"words_{language}": text for language, text in month.explanation.items()}
    form = ExplanationForm(posted(request), initial=said, languages=organisation.languages)
    said_now = carry_out(
        form, lambda _fields: explaining.explain(version, month.first, form.words(), by=request.user, now=now)
    )
    if said_now:
        messages.success(request, _("The public reads it now, beside the result."))
        return redirect("desk:published")
    context: dict[str, Any] = {
        **SETTING,
        "form": form,
        "version": version,
        "month": month,
        "verdict": record.verdict(month),
        "language": request.user.language,
    }
    return render(request, "desk/settings/published_explain.html", context, status=422 if form.errors else 200)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: StaffRequest) -> HttpResponse:
    """Declare days exceptional; they are counted like all others and shown with and without."""
    now, organisation = timezone.now(), Organisation.objects.the()
    form = ExceptionDaysForm(posted(request), languages=organisation.languages)
    declared = carry_out(
        form,
        lambda fields: exceptions.declare_exception(
            fields["first"], fields["last"] or fields["first"], form.words(), team=fields["team"],
            by=request.user, now=now,
        ),
    )  # fmt: skip
    if declared:
        messages.success(request, _("Declared. Results are shown with and without these days."))
        return redirect("desk:published")
    context = {**SETTING, "form": form}
    return render(request, "desk/settings/exception_days.html", context, status=422 if form.errors else 200)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Days that were no exception after all: they stay on the record, with why."""
    now, organisation = timezone.now(), Organisation.objects.the()
    days = get_object_or_404(ExceptionDay.objects.select_related("team", "declared_by", "withdrawn_by"), pk=pk)
    form = WithdrawalForm(posted(request), languages=organisation.languages)
    withdrawn = carry_out(
        form, lambda _fields: exceptions.withdraw_exception(days, form.words(), by=request.user, now=now)
    )
    if withdrawn:
        messages.success(request, _("Withdrawn. These days count as ordinary ones, and the public reads why."))
        return redirect("desk:published")
    context = {**SETTING, "form": form, "days": days, "language": request.user.language, "zone": organisation.zone_info}
    return render(request, "desk/settings/exception_days_withdraw.html", context, status=422 if form.errors else 200)

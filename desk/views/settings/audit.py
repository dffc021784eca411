"""What the nightly audit found, in words, and what to do about it; and having it run now."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compliance.actions import auditing
from compliance.audit import CHECKS
from compliance.models import AuditFinding, AuditRun
from people.audience import StaffRequest, administrators


@dataclass(frozen=True)
class Line:
    """A finding with the words of its check. A check that has gone since is known by its name alone."""

    finding: AuditFinding
    sentence: StrPromise | str
    remedy: StrPromise | str

    @property
    def tickets(self) -> list[int]:
        """The numbers of the tickets that the first rows are about, each once."""
        return list(dict.fromkeys(number for _label, _key, number in self.finding.first if number))

    @property
    def rows(self) -> list[str]:
        """The first rows, as `manage.py audit` names them."""
        return [f"{label} {key}" for label, key, _number in self.finding.first]

    @property
    def more(self) -> int:
        """How many rows there are beyond those that are named."""
        return self.finding.rows - len(self.finding.first)


@administrators
@require_safe
def audit(request: StaffRequest) -> HttpResponse:
    """The last run that came to its end, each finding with since when and what to do; and whether one waits."""
    words = {check.name: check for check in CHECKS}
    last = AuditRun.objects.newest()
    lines = []
    for finding in last.findings.order_by("since", "pk") if last else ():
        check = words.get(finding.check_name)
        lines.append(Line(finding, check.sentence if check else finding.check_name, check.remedy if check else ""))
    context = {
        "section": "settings",
        "setting": "audit",
        "last": last,
        "lines": lines,
        "waiting": AuditRun.objects.under_way(timezone.now()).first(),
        "now": timezone.now(),
    }
    return render(request, "desk/settings/audit.html", context)


@administrators
@require_POST
def run(request: StaffRequest) -> HttpResponse:
    """Have the worker run it, once it is free."""
    auditing.ask(by=request.user, now=timezone.now())
    toasts.success(request, _("The audit runs as soon as the worker is free. Open this page again in a minute."))
    return redirect("desk:audit")

"""A ticket that is somebody else's: finding whose, and what follows."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk.viewer import visible_ticket
from people.audience import StaffRequest, staff
from people.models import Customer
from tickets.actions import other_customer

MOST = 20


@staff
@require_safe
def choose(request: StaffRequest, number: int) -> HttpResponse:
    """Customers by name, e-mail or phone (`?find=`)."""
    found, text = visible_ticket(request, number), request.GET.get("find", "").strip()
    customers = Customer.objects.visible_to(request.user).search(text).exclude(pk=found.customer_id)
    context = {"ticket": found, "text": text, "customers": customers.order_by("folded", "pk")[:MOST] if text else []}
    return render(request, "desk/other_customer.html", context)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def give_to(request: StaffRequest, number: int, customer_id: int) -> HttpResponse:
    """What follows from it; sent, the ticket is theirs."""
    found, refusal = visible_ticket(request, number), ""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    try:
        if request.method == "POST":
            other_customer.give_to(found, customer, by=request.user, now=timezone.now())
            toasts.success(request, _("It is the ticket of %(name)s now.") % {"name": customer.name})
            return redirect("desk:ticket", found.number)
        other_customer.check(found, customer)
    except ValidationError as why:
        refusal = " ".join(why.messages)
    context = {"ticket": found, "to": customer, "refusal": refusal, "said": found.messages.count()}
    return render(request, "desk/other_customer_give.html", context, status=422 if request.method == "POST" else 200)

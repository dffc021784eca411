"""Customers: finding one, and our record with them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk import customer_page
from desk.drawing import draw
from desk.forms.customers import CustomerForm
from desk.forms.refusal import carry_out
from people.actions import customers as actions
from people.audience import StaffRequest, staff
from people.models import Customer, Organisation
from tickets.actions import rematch
from tickets.models import Ticket
from ui.formats import zone_in_words
from ui.responses import done

PER_PAGE = 50


@staff
@require_safe
def customers(request: StaffRequest) -> HttpResponse:
    """Who they are, by name; found by any part of name, e-mail or phone."""
    text, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    if "q" in request.GET and not text:
        return redirect("desk:customers")
    found = Customer.objects.visible_to(request.user).search(text).order_by("folded", "pk")
    folded, _dash, pk = after.rpartition("-")
    if pk.isdecimal():
        found = found.filter(Q(folded__gt=folded) | Q(folded=folded, pk__gt=int(pk)))
    page = list(found[: PER_PAGE + 1])
    goes_on, page = len(page) > PER_PAGE, page[:PER_PAGE]
    open_tickets = Ticket.objects.visible_to(request.user).open().filter(customer__in=page)
    counted = dict(open_tickets.order_by().values_list("customer").annotate(n=Count("pk")))
    asked = {"q": text} if text else {}
    context = {
        "section": "customers",
        "customers": [(customer, counted.get(customer.pk, 0)) for customer in page],
        "text": text,
        "is_continued": bool(after),
        "first": urlencode(asked),
        "next": urlencode({**asked, "after": f"{page[-1].folded}-{page[-1].pk}"}) if goes_on else "",
    }
    return render(request, "desk/customers.html", context)


@staff
@require_safe
def customer(request: StaffRequest, customer_id: int) -> HttpResponse:
    """What we owe them, what they came with, and how we kept our word."""
    found, now = _visible(request, customer_id), timezone.now()
    page = customer_page.read(found, user=request.user, now=now)
    context = {
        "section": "customers",
        "page": page,
        "promises": draw(page.promises, request=request, now=now),
        "customer": found,
        "customer_language": get_language_info(found.language)["name_translated"],
        "customer_zone": zone_in_words(found.zone or Organisation.objects.the().zone),
        "now": now,
    }
    return render(request, "desk/customer.html", context)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Change what we know about them. Their language and zone count for what is sent from now on."""
    found = _visible(request, customer_id)
    form = CustomerForm(request.POST or None, initial=CustomerForm.of(found))
    if request.method == "POST" and (changed := carry_out(form, lambda given: actions.change(found, **given))):
        rematch.customer_changed(changed, by=request.user, now=timezone.now())
        return done(request, _page(found), toast=_("Saved."))
    return _form(request, form, {"customer": found})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Take down a customer who has not come with anything yet."""
    organisation = Organisation.objects.the()
    form = CustomerForm(request.POST or None, initial={"language": organisation.language})
    del form.fields["nothing_unasked_because"]
    if request.method == "POST" and (made := carry_out(form, lambda given: actions.make(**given))):
        return done(request, _page(made), toast=_("Saved."))
    return _form(request, form, {})


def _form(request: StaffRequest, form: CustomerForm, context: dict[str, Any]) -> HttpResponse:
    context |= {"section": "customers", "form": form}
    return render(request, "desk/customer_edit.html", context, status=422 if form.errors else 200)


def _page(found: Customer) -> str:
    return reverse("desk:customer", args=[found.pk])


def _visible(request: StaffRequest, customer_id: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)

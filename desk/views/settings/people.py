"""Members of staff."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.handing_over import away_between
from desk.forms.refusal import carry_out, posted
from desk.forms.settings_people import PersonForm
from people.actions import users
from people.audience import StaffRequest, administrators
from people.models import Organisation, User
from people.sign_in import set_password_link
from tickets.actions import handover

SETTING = {"section": "settings", "setting": "people"}


@administrators
@require_safe
def people(request: StaffRequest) -> HttpResponse:
    """Everybody, those who can't sign in any more last."""
    now = timezone.now()
    everybody = away_between(User.objects.all(), now, now).prefetch_related("memberships__team", "leads")
    shown = everybody.order_by("-is_active", "name", "pk")
    return render(request, "desk/settings/people.html", {**SETTING, "people": shown, "now": now})


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: StaffRequest) -> HttpResponse:
    """Invite somebody; their page then offers the link with which they set a password."""
    now = timezone.now()
    initial = {"language": _staff_language(Organisation.objects.the().language)}
    form = PersonForm(posted(request), initial=initial)
    if request.method == "POST":
        user = carry_out(form, lambda fields: users.invite(**fields, now=now))
        if user:
            messages.success(
                request, _("%(name)s is here. Give them a link, so that they can set a password.") % {"name": user}
            )
            return redirect("desk:person", user.pk)
    context = {**SETTING, "form": form}
    return render(request, "desk/settings/new_person.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """One member of staff: change them, give them a link, let them go."""
    user = get_object_or_404(User.objects.prefetch_related("memberships"), pk=pk)
    form = PersonForm(posted(request), initial=PersonForm.of(user))
    if carry_out(form, lambda fields: users.change(user, **fields)):
        messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("desk:people")
    return _person_page(request, user, form, status=422 if form.errors else 200)


@administrators
@require_POST
def sign_in_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a link that sets the person's password, and show it this once."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    form = PersonForm(initial=PersonForm.of(user))
    return _person_page(request, user, form, link=set_password_link(user))


@administrators
@require_POST
def deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """They can't sign in any more, and what they answered for goes to the leads."""
    user = get_object_or_404(User, pk=pk)
    try:
        handover.deactivate(user, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("desk:person", user.pk)
    messages.success(
        request,
        _("%(name)s can no longer sign in. What they answered for went to the leads of the teams.") % {"name": user},
    )
    return redirect("desk:people")


@administrators
@require_POST
def reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """They may sign in again."""
    user = users.reactivate(get_object_or_404(User, pk=pk))
    messages.success(request, _("%(name)s can sign in again.") % {"name": user})
    return redirect("desk:person", user.pk)


def _person_page(
    request: StaffRequest, user: User, form: PersonForm, *, link: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **SETTING,
        "form": form,
        "person": user,
        "link": link,
        "open_promises": user.answers_for.exclude(state="ended").count(),
        "leads": user.leads.all(),
    }
    return render(request, "desk/settings/person.html", context, status=status)


def _staff_language(language: str) -> str:
    return language if language in {"en", "hr"} else "en"

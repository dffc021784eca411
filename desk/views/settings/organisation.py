"""What the organisation says about itself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.refusal import carry_out, posted
from desk.forms.settings_people import OrganisationForm
from people.actions import organisation as organisations
from people.audience import StaffRequest, administrators
from people.models import Organisation


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: StaffRequest) -> HttpResponse:
    """The organisation's form."""
    ours = Organisation.objects.select_related("default_team").get(pk=1)
    form = OrganisationForm(posted(request), initial=OrganisationForm.of(ours))
    if carry_out(form, lambda fields: organisations.change(**fields)):
        messages.success(request, _("The organisation is saved."))
        return redirect("desk:organisation")
    context = {"section": "settings", "setting": "organisation", "form": form, "organisation": ours}
    return render(request, "desk/settings/organisation.html", context, status=422 if form.errors else 200)

"""What tickets are about."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.refusal import carry_out, posted
from desk.forms.settings_standards import CategoryForm
from people.audience import StaffRequest, administrators
from standards.actions import categories as actions
from standards.models import Category

SETTING = {"section": "settings", "setting": "categories"}


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def categories(request: StaffRequest) -> HttpResponse:
    """All categories, and a line to add one."""
    form = CategoryForm(posted(request))
    del form.fields["active"], form.fields["check_in"]
    if request.method == "POST":
        added = carry_out(form, lambda fields: actions.make(name=fields["name"]))
        if added:
            messages.success(request, _("Category %(name)s is here.") % {"name": added})
            return redirect("desk:categories")
    context = {**SETTING, "form": form, "categories": Category.objects.order_by("-active", "name")}
    return render(request, "desk/settings/categories.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def category(request: StaffRequest, pk: int) -> HttpResponse:
    """One category: rename it, or offer it no longer."""
    one = get_object_or_404(Category, pk=pk)
    form = CategoryForm(posted(request), initial={"name": one.name, "active": one.active, "check_in": one.check_in})
    if carry_out(form, lambda fields: actions.change(one, **fields)):
        messages.success(request, _("Category %(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("desk:categories")
    context = {**SETTING, "form": form, "category": one}
    return render(request, "desk/settings/category.html", context, status=422 if form.errors else 200)

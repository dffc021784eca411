"""What our messages say, in each language: reading them, changing one, going back to the text that came with us."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.refusal import add_refusal, carry_out, posted
from desk.forms.settings_messages import MessageTextForm
from followups import preview as previews
from followups import texts
from followups.actions import templates as actions
from followups.letters.counting import words_in
from followups.letters.parts import PLANS
from followups.letters.placeholders import PLACEHOLDERS
from followups.letters.shipped import LANGUAGES
from followups.models import MessageTemplate
from followups.terms import MessagePurpose
from people.audience import StaffRequest, administrators
from tickets.models import Ticket
from ui.responses import fragment

SETTING = {"section": "settings", "setting": "messages"}
# So many versions stand below a text.
VERSIONS_SHOWN = 20


@administrators
@require_safe
def message_texts(request: StaffRequest) -> HttpResponse:
    """Every message in every language, and how each stands."""
    context = {**SETTING, "languages": LANGUAGES, "rows": texts.states()}
    return render(request, "desk/settings/message_texts.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def message_text(request: StaffRequest, purpose: str, language: str) -> HttpResponse:
    """The text of one message in one language: change it, and see how it reads."""
    about = _known(purpose, language)
    state = texts.state_of(about, language)
    form = _form(request, state)
    if request.method == "POST":
        saved = carry_out(form, lambda fields: (_save(request, about, language, form),))
        if saved:
            messages.success(request, _said(about, language, saved[0]))
            return redirect("desk:message-text", purpose, language)
    return _page(request, state, form, status=422 if form.errors else 200)


@administrators
@require_POST
def preview(request: StaffRequest, purpose: str, language: str) -> HttpResponse:
    """How what stands in the form would read. Nothing is kept."""
    state = texts.state_of(_known(purpose, language), language)
    form = _form(request, state)
    if request.headers.get("HX-Request"):
        return fragment(request, "desk/settings/_message_preview.html", _looked_at(request, state, form))
    return _page(request, state, MessageTextForm(form.plan, initial=_again(form), language=language))


@administrators
@require_POST
def bring_back(request: StaffRequest, purpose: str, language: str) -> HttpResponse:
    """Use the text that came with the product again."""
    about = _known(purpose, language)
    form = MessageTextForm(PLANS[about], request.POST, language=language)
    seen = str(form["based_on"].value() or "")
    try:
        back = actions.bring_back(
            about, language, based_on=int(seen) if seen.isdecimal() else 0, by=request.user, now=timezone.now()
        )
    except ValidationError as refusal:
        form = MessageTextForm(PLANS[about], {"based_on": seen}, language=language)
        form.full_clean()
        form.errors.clear()
        add_refusal(form, refusal)
        return _page(request, texts.state_of(about, language), form, status=422)
    if back:
        messages.success(request, _("The text that came with the product is in use again."))
    return redirect("desk:message-text", purpose, language)


def _known(purpose: str, language: str) -> MessagePurpose:
    if purpose not in MessagePurpose.values or language not in LANGUAGES:
        raise Http404
    return MessagePurpose(purpose)


def _form(request: StaffRequest, state: texts.State) -> MessageTextForm:
    text = texts.text_of(state.version, state.purpose, state.language)
    begins = MessageTextForm.of(text, state.version.version if state.version else 0)
    return MessageTextForm(PLANS[state.purpose], posted(request), initial=begins, language=state.language)


def _save(request: StaffRequest, purpose: MessagePurpose, language: str, form: MessageTextForm) -> Any:
    text = form.typed()
    return actions.change(
        purpose, language, subject=text.subject, parts=text.parts, based_on=form.cleaned_data["based_on"],
        by=request.user, now=timezone.now(),
    )  # fmt: skip


def _said(purpose: MessagePurpose, language: str, version: MessageTemplate | None) -> str:
    if version is None:
        return _("Nothing was changed.")
    return _("Every new message says it like this from now on: %(message)s (%(language)s).") % {
        "message": purpose.label, "language": LANGUAGES[language],
    }  # fmt: skip


def _again(form: MessageTextForm) -> dict[str, Any]:
    """What was typed, for a form that nobody has to be told anything about yet."""
    return {name: form[name].value() for name in form.fields}


def _page(request: StaffRequest, state: texts.State, form: MessageTextForm, *, status: int = 200) -> HttpResponse:
    history = MessageTemplate.objects.filter(purpose=state.purpose, language=state.language).select_related("made_by")
    context = {
        **SETTING,
        **_looked_at(request, state, form),
        "state": state,
        "language_name": LANGUAGES[state.language],
        "form": form,
        "placeholders": [(f"{{{name}}}", PLACEHOLDERS[name].words) for name in form.plan.allowed],
        "counts": any(PLACEHOLDERS[name].form.name == "COUNT" for name in form.plan.allowed),
        "history": history[:VERSIONS_SHOWN],
        "now": timezone.now(),
    }
    return render(request, "desk/settings/message_text.html", context, status=status)


def _looked_at(request: StaffRequest, state: texts.State, form: MessageTextForm) -> dict[str, Any]:
    """How the form's text reads about the request that it names, or about the newest."""
    seen = Ticket.objects.visible_to(request.user).select_related("customer", "team__lead", "owner")
    number = form.ticket_number()
    ticket = seen.numbered(number).first() if number is not None else seen.order_by("-number").first()
    shown: dict[str, Any] = {"ticket": ticket, "language": state.language, "most_words": form.plan.most_words}
    if ticket is not None:
        filled = previews.of(state.purpose, state.language, form.typed(), ticket, now=timezone.now())
        body = previews.as_read(filled, state.language)
        shown |= {"subject": filled.subject, "body": body, "number_of_words": words_in(filled.body)}
        shown["missing"] = [form.plan.part(slug).words for slug in filled.missing]
    return shown

"""How every form is drawn: label, hint, control, error; and a summary of what is wrong."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, ChoiceField, FileInput, ModelChoiceField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

# Controls that are ticked or hidden carry no edge of their own.
_BARE = {"checkbox", "radio", "hidden", "file", "submit"}
_LOOKS = {"date": "input input--date", "time": "input input--time", "search": "input input--search"}


class Renderer(TemplatesSetting):
    """The renderer of all forms (`FORM_RENDERER`). Forms need no widgets of their own to look right."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    formset_template_name = "ui/forms/formset.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Like Django's, with our classes on controls that have none."""
        widget = context.get("widget")
        if widget and "class" not in widget.get("attrs", {}):
            look = _look(template_name, widget)
            if look:
                context = {**context, "widget": {**widget, "attrs": {**widget["attrs"], "class": look}}}
        return super().render(template_name, context, request)


class SeveralFiles(FileInput):
    """The browser's own control for files, which takes any number."""

    allow_multiple_selected = True


def choice(form: BaseForm, name: str) -> ChoiceField:
    """The field of `form` that offers fixed choices, to be given them when the form is made."""
    field = form.fields[name]
    assert isinstance(field, ChoiceField)
    return field


def row_choice(form: BaseForm, name: str) -> ModelChoiceField:
    """The field of `form` that offers rows, to be given its queryset when the form is made."""
    field = form.fields[name]
    assert isinstance(field, ModelChoiceField)
    return field


def _look(template_name: str, widget: dict[str, Any]) -> str:
    if template_name.endswith("/textarea.html"):
        return "input input--area"
    if template_name.endswith(("/select.html", "/select_date.html")):
        return "input"
    kind = widget.get("type", "")
    if not kind or kind in _BARE or template_name.endswith(("/radio.html", "/checkbox_select.html")):
        return ""
    return _LOOKS.get(kind, "input")

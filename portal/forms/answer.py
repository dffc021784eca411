"""What a customer answers: first the one question, then more if they like."""

from django import forms
from django.utils.translation import gettext_lazy as _

from followups.models import SatisfactionAnswer

HANDLING = [
    (1, _("Very dissatisfied")),
    (2, _("Dissatisfied")),
    (3, _("Neither")),
    (4, _("Satisfied")),
    (5, _("Very satisfied")),
]


class AnswerForm(forms.Form):
    """Is it settled, and how did we handle it? Only the first is asked for."""

    outcome = forms.ChoiceField(choices=SatisfactionAnswer.Outcome)
    handling = forms.TypedChoiceField(choices=HANDLING, coerce=int, empty_value=None, required=False)
    comment = forms.CharField(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    may_call = forms.BooleanField(required=False)

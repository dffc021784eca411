"""The organisation, its people and its teams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from people.models import Organisation, Team, User
from people.terms import Role
from people.zones import zones
from standards.models import Calendar
from ui.forms import row_choice

# Staff read English or Croatian; customers read all languages of the settings.
STAFF_LANGUAGES = ("en", "hr")


def language_choices(codes: tuple[str, ...] | None = None) -> list[tuple[str, str]]:
    """Languages, each in its own name."""
    given = codes or tuple(code for code, _name in settings.LANGUAGES)
    return [(code, get_language_info(code)["name_local"].capitalize()) for code in given]


def zone_choices(empty: Any = None) -> list[tuple[str, Any]]:
    """All zones; with `empty` the first choice is none of them."""
    return [*([("", empty)] if empty else []), *((zone, zone.replace("_", " ")) for zone in zones())]


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As customers know you."))
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("In which days begin and end, and times are shown.")
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=language_choices,
        help_text=_("Customers get it until they choose another. Every standard must be written in it."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the public pages"),
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("English and the organisation's language are always there."),
    )
    support_address = forms.EmailField(
        label=_("Support address"), required=False, help_text=_("Where customers write to; shown on the public page.")
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    default_team = forms.ModelChoiceField(
        Team.objects.all(), label=_("Team that catches what no rule assigns"), empty_label=_("Choose a team")
    )

    remedy_limit = forms.DecimalField(
        label=_("Remedy that anybody may offer, up to"), min_value=0, max_digits=9, decimal_places=2,
        required=False,
        help_text=_("In your currency, for one missed promise. What costs more waits for the lead of the team."),
    )  # fmt: skip

    @staticmethod
    def of(organisation: Organisation) -> dict[str, Any]:
        """The values to begin with."""
        fields = ("name", "zone", "language", "languages", "support_address", "phone", "default_team", "remedy_limit")
        return {field: getattr(organisation, field) for field in fields}


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it under replies."))
    email = forms.EmailField(label=_("E-mail"), help_text=_("They sign in with it."))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        initial=Role.AGENT,
        help_text=_(
            "Agents see the tickets of their teams. Managers see all of them. Administrators change the settings too. "
            "Who leads a team is chosen there: a lead sees that team and answers for what nobody has taken."
        ),
    )
    language = forms.ChoiceField(label=_("Language"), choices=lambda: language_choices(STAFF_LANGUAGES))
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: zone_choices(_("The organisation's")), required=False
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(), label=_("Teams"), widget=forms.CheckboxSelectMultiple, required=False
    )

    @staticmethod
    def of(user: User) -> dict[str, Any]:
        """The values to begin with."""
        fields = ("name", "email", "role", "language", "zone")
        teams = [membership.team_id for membership in user.memberships.all()]
        return {**{field: getattr(user, field) for field in fields}, "teams": teams}


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    lead = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Lead"),
        empty_label=_("Choose a person"),
        help_text=_("Answers for everything that nobody has taken yet."),
    )
    calendar = forms.ModelChoiceField(
        Calendar.objects.all(),
        label=_("Calendar"),
        empty_label=_("Choose a calendar"),
        help_text=_("When the clocks of this team run. What runs already keeps the hours it started with."),
    )
    members = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Members"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = User.objects.filter(is_active=True)
        row_choice(self, "lead").queryset = active
        # Somebody who left stays a member until they are taken out.
        members = User.objects.filter(Q(is_active=True) | Q(memberships__team=team)).distinct() if team else active
        row_choice(self, "members").queryset = members

    @staticmethod
    def of(team: Team) -> dict[str, Any]:
        """The values to begin with."""
        assigned = getattr(team, "team_calendar", None)
        return {
            "name": team.name,
            "lead": team.lead_id,
            "calendar": assigned.calendar_id if assigned else None,
            "members": [membership.user_id for membership in team.memberships.all()],
        }

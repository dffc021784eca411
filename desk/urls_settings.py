"""How the desk is set up. Included by desk/urls.py under settings/."""

from django.urls import path

from desk.views.settings import (
    calendars,
    categories,
    home,
    organisation,
    people,
    published,
    publishing,
    standards,
    teams,
)

urlpatterns = [
    path("", home.settings, name="settings"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="person-new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/sign-in-link/", people.sign_in_link, name="person-sign-in-link"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="person-deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="person-reactivate"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new_team, name="team-new"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new/", calendars.new_calendar, name="calendar-new"),
    path("calendars/holidays/", calendars.holidays, name="calendar-holidays"),
    path("calendars/<int:pk>/", calendars.calendar, name="calendar"),
    path("calendars/<int:pk>/hours/", calendars.hours, name="calendar-hours"),
    path("categories/", categories.categories, name="categories"),
    path("categories/<int:pk>/", categories.category, name="category"),
    path("published/", published.published, name="published"),
    path("published/standards/<int:pk>/", published.explain, name="published-explain"),
    path("published/exception-days/", published.declare, name="exception-days"),
    path("standards/", standards.standards, name="standards"),
    path("standards/new/", standards.new_standard, name="standard-new"),
    path("standards/presets/", publishing.legal_presets, name="standard-presets"),
    path("standards/<int:pk>/", standards.standard, name="standard"),
    path("standards/<int:pk>/details/", standards.details, name="standard-details"),
    path("standards/<int:pk>/draft/", standards.draft, name="standard-draft"),
    path("standards/<int:pk>/compare/", publishing.compare, name="standard-compare"),
    path("standards/<int:pk>/draft/discard/", standards.discard, name="standard-draft-discard"),
    path("standards/<int:pk>/publish/", publishing.publish, name="standard-publish"),
    path("standards/<int:pk>/withdraw/", publishing.withdraw, name="standard-withdraw"),
]

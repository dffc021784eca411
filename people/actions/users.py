"""Members of staff: inviting them, changing them, and letting them go."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Membership, Team, User
from people.signing import checked_name, checked_signature
from people.terms import Role
from people.zones import check_zone


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    role: str = Role.AGENT,
    language: str = "en",
    zone: str = "",
    teams: Iterable[Team] = (),
    now: datetime,
) -> User:
    """A member of staff who can't sign in before they have set a password (`people.sign_in`)."""
    user = User(email=_one_case(email), name=name, role=role, language=language, zone=zone, date_joined=now)
    user.set_unusable_password()
    _check(user)
    user.save()
    _join(user, teams)
    return user


@transaction.atomic
def change(
    user: User, *, email: str, name: str, role: str, language: str, zone: str = "", teams: Iterable[Team] | None = None
) -> User:
    """`user` with these values; `teams` replaces the teams they are in, `None` leaves them."""
    user = _lock(user)
    if user.is_administrator and role != Role.ADMINISTRATOR:
        _refuse_last_administrator(user)
    user.email, user.name, user.role, user.language, user.zone = _one_case(email), name, role, language, zone
    _check(user)
    user.save(update_fields=["email", "name", "role", "language", "zone"])
    if teams is not None:
        _join(user, teams)
    return user


@transaction.atomic
def set_preferences(user: User, *, language: str, zone: str, theme: str, shortcuts: bool, mail_due_soon: bool) -> User:
    """What a person chooses for themselves. Of mail, only that about what is due soon."""
    user = _lock(user)
    user.language, user.zone, user.theme = language, zone, theme
    user.shortcuts, user.mail_due_soon = shortcuts, mail_due_soon
    _check(user)
    user.save(update_fields=["language", "zone", "theme", "shortcuts", "mail_due_soon"])
    return user


@transaction.atomic
def sign(user: User, *, sender_name: str, signature: str) -> User:
    """How what `user` writes to customers is signed: their name in From, and their lines above the team's."""
    user = _lock(user)
    user.sender_name = checked_name(sender_name, "sender_name")
    user.signature = checked_signature(signature, "signature")
    user.save(update_fields=["sender_name", "signature"])
    return user


@transaction.atomic
def deactivate(user: User, *, by: User) -> User:
    """`user` can no longer sign in; what they did stays under their name.

    What they answer for is handed over first, by `tickets.actions.handover.deactivate`, which
    calls this. Refused for oneself, for the lead of a team and for the last administrator.
    """
    user = _lock(user)
    if user.pk == by.pk:
        raise ValidationError(_("You can't deactivate yourself. Ask another administrator."))
    if user.is_administrator:
        _refuse_last_administrator(user)
    led = list(user.leads.order_by("name").values_list("name", flat=True))
    if led:
        raise ValidationError(
            _("%(name)s leads %(teams)s. Name another lead first.") % {"name": user.name, "teams": ", ".join(led)}
        )
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def reactivate(user: User) -> User:
    """`user` may sign in again, with the password they had."""
    user = _lock(user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


def _lock(user: User) -> User:
    # Without the key, so that whoever writes a row that names this user need not wait.
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _one_case(email: str) -> str:
    return User.objects.normalize_email(email.strip())


def _check(user: User) -> None:
    if user.zone:
        check_zone(user.zone)
    user.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
    if User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise ValidationError({"email": _("Somebody with this e-mail is here already.")})


def _refuse_last_administrator(user: User) -> None:
    # All administrators are locked, so that two of them can't let each other go at one moment.
    active = User.objects.select_for_update(no_key=True).filter(role=Role.ADMINISTRATOR, is_active=True)
    if not [other for other in active.order_by("pk") if other.pk != user.pk]:
        raise ValidationError(
            _("%(name)s is the only administrator. Make somebody else administrator first.") % {"name": user.name}
        )


def _join(user: User, teams: Iterable[Team]) -> None:
    wanted = {team.pk for team in teams}
    user.memberships.exclude(team__in=wanted).delete()
    missing = wanted - set(user.memberships.values_list("team", flat=True))
    Membership.objects.bulk_create([Membership(user=user, team_id=team) for team in sorted(missing)])

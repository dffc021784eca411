"""Teams, their lead and their members."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Membership, Team, User
from people.signing import checked_name, checked_signature


@transaction.atomic
def make(*, name: str, lead: User, members: Iterable[User] = ()) -> Team:
    """A team. Its lead answers for what nobody has taken."""
    team = Team(name=name.strip(), lead=lead)
    _check(team)
    team.save()
    _enrol(team, members)
    return team


@transaction.atomic
def change(team: Team, *, name: str, lead: User, members: Iterable[User] | None = None) -> Team:
    """`team` with these values; `members` replaces who is in it, `None` leaves them."""
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    team.name, team.lead = name.strip(), lead
    _check(team)
    team.save()
    if members is not None:
        _enrol(team, members)
    return team


@transaction.atomic
def sign(team: Team, *, sender_name: str, signatures: Mapping[str, str]) -> Team:
    """How mail of `team` is signed: its name in From, and a text below it in each language."""
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    team.sender_name = checked_name(sender_name, "sender_name")
    texts = {code: checked_signature(text, f"signature_{code}") for code, text in signatures.items()}
    team.signatures = {code: text for code, text in texts.items() if text}
    team.save(update_fields=["sender_name", "signatures"])
    return team


def _check(team: Team) -> None:
    team.full_clean(validate_unique=False, validate_constraints=False)
    if not team.lead.is_active:
        raise ValidationError({"lead": _("%(name)s can no longer sign in. Choose another lead.") % {"name": team.lead}})
    if Team.objects.filter(name__iexact=team.name).exclude(pk=team.pk).exists():
        raise ValidationError({"name": _("There is a team with this name already.")})


def _enrol(team: Team, members: Iterable[User]) -> None:
    wanted = {user.pk for user in members}
    team.memberships.exclude(user__in=wanted).delete()
    missing = wanted - set(team.memberships.values_list("user", flat=True))
    Membership.objects.bulk_create([Membership(user_id=user, team=team) for user in sorted(missing)])

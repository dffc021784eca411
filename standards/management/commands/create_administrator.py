from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from people.actions import users
from people.models import Organisation, User
from people.sign_in import set_password_link
from people.terms import Role
from standards.actions.setup import found_organisation


class Command(BaseCommand):
    """Make an administrator, or give one who exists a new link."""

    help = (
        "Make an administrator and print a link with which they set their password (valid one hour). "
        "On an empty database this makes the organisation, a team, a calendar and the standards to begin with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the e-mail they sign in with")
        parser.add_argument("--name", default="", help="their name (default: what stands before the @)")
        parser.add_argument("--organisation", default="", help="on an empty database: its name")
        parser.add_argument("--zone", default="UTC", help="on an empty database: its time zone, like Europe/Zagreb")
        parser.add_argument("--language", default="en", help="on an empty database: en or hr")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now, email = timezone.now(), options["email"]
        name = options["name"] or email.partition("@")[0]
        user = User.objects.filter(email__iexact=email).first()
        try:
            if not Organisation.objects.exists():
                if user is not None:
                    raise CommandError(f"{email} is here already, but no organisation. Start with an empty database.")
                user = found_organisation(
                    name=options["organisation"] or email.partition("@")[2] or "Followthrough",
                    zone=options["zone"],
                    language=options["language"],
                    administrator_email=email,
                    administrator_name=name,
                    now=now,
                )
                self.stdout.write(f"{Organisation.objects.the()} is set up, with a team, office hours and standards.")
            elif user is None:
                user = users.invite(email=email, name=name, role=Role.ADMINISTRATOR, now=now)
            elif not user.is_administrator or not user.is_active:
                raise CommandError(f"{email} is no administrator who can sign in. Change that under settings, people.")
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{user.email} is administrator. Set the password within one hour:")
        self.stdout.write(set_password_link(user))

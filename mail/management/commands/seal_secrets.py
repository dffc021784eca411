"""Seals every stored password with the first of ENCRYPTION_KEYS, so that an older key can be thrown away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mail import actions_mailboxes, secrets


class Command(BaseCommand):
    help = "Seal every stored password with the first of ENCRYPTION_KEYS. Exit 1 when one can't be opened with any."

    def handle(self, **options: Any) -> None:
        if not secrets.has_key():
            raise CommandError(f"There is no key. Make one and set ENCRYPTION_KEYS: {secrets.HOW_TO_MAKE_A_KEY}")
        done, closed = actions_mailboxes.seal_anew()
        self.stdout.write(f"{done} sealed with the first key.")
        if closed:
            raise CommandError(f"{closed} can't be opened with any of the keys: type these passwords anew.")

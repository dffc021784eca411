"""How staff sign in: by invitation only. Mail about it leaves through the outbox, like all mail."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from mail import outbox
from mail.models.delivery import Purpose
from people.models import Organisation, User


class Adapter(DefaultAccountAdapter):
    """Nobody makes an account for themselves; an administrator invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Plan the mail, in its reader's language; the link gets its secret when the mail is built."""
        user: User | None = context.get("user")
        language = user.language if user else translation.get_language()
        links = []
        if user and "password_reset_url" in context:
            links = [f"set_password:user:{user.pk}"]
            context = {**context, "password_reset_url": f"[[link:{links[0]}]]"}
        with translation.override(language):
            mail = self.render_mail(template_prefix, email, {**context, "organisation": Organisation.objects.first()})
        now = outbox.database_now()
        outbox.enqueue(
            key=f"sign-in:{uuid.uuid4()}",
            purpose=Purpose.SIGN_IN,
            about=f"user:{user.pk}" if user else "",
            recipient=email,
            recipient_name=user.name if user else "",
            language=language,
            subject=mail.subject,
            body=mail.body,
            links=links,
            now=now,
            due_at=now,
            automatic=True,
            at_least_once=True,
            expires_at=now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
        )

    def format_email_subject(self, subject: str) -> str:
        """As it is: the sender's name says who writes."""
        return subject

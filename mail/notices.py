"""What every administrator is told at once: through a changed connection somebody could read all mail."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mail import outbox
from mail.models import Account, Delivery, MailboxChange
from mail.models.delivery import Purpose
from people.models import User
from people.terms import Role


def connection_changed(account: Account, change: MailboxChange) -> list[Delivery]:
    """Mails to all administrators, whoever has changed it included: it may not have been them."""
    told = User.objects.filter(is_active=True, role=Role.ADMINISTRATOR).order_by("pk")
    return [_tell(person, account, change) for person in told]


def _tell(person: User, account: Account, change: MailboxChange) -> Delivery:
    name = " ".join(account.mailbox.name.split())
    with translation.override(person.language):
        subject = _("The connection of the mailbox %(name)s was changed") % {"name": name}
        facts = {"by": change.by.name, "name": name, "server": account.host, "user": account.user}
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": person.name},
                _("%(by)s has changed where mail for the mailbox %(name)s is fetched: at %(server)s, as %(user)s.")
                % facts,
                _("If you did not expect this, look at it now:"),
            ]
        )
    return outbox.enqueue(
        key=f"mailbox-changed:{change.pk}:{person.pk}",
        purpose=Purpose.SETTINGS_CHANGED,
        about="",
        recipient=person.email,
        recipient_name=" ".join(person.name.split()),
        language=person.language,
        subject=subject,
        body=f"{body}\n{settings.SITE_URL}/desk/settings/mailboxes/{account.mailbox_id}/",
        now=change.at,
        due_at=change.at,
        automatic=True,
        at_least_once=True,
    )

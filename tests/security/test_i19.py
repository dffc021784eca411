"""I19: fields that a form does not have, sent along with those it has.

Elsewhere that turned a copy of all mail on. Here forms have fixed fields, actions take names, and a connection is
changed only by an administrator who types their own password.
"""

from __future__ import annotations

import pytest
from django.test import Client

from mail.models import Account, Mailbox, MailboxChange
from tests import make
from tests.desk.test_settings_mailboxes import OWN, fields

pytestmark = pytest.mark.django_db

FORTY = dict.fromkeys(
    (
        "id", "pk", "mailbox", "mailbox_id", "is_on", "starts_at", "uidvalidity", "fetched_up_to", "marked_up_to",
        "lease", "next_at", "tried_at", "succeeded_at", "failures", "trouble", "alarm_at", "paused_why", "waiting",
        "oldest_waiting_at", "sealed_password", "sealed_client_secret", "sealed_refresh_token", "sealed_access_token",
        "access_ends_at", "sending_paused_why", "is_staff", "is_superuser", "role", "team", "team_id", "out_server",
        "bcc", "forward_to", "copy_to", "created_at", "verified", "by", "at", "what", "fields",
    ),
    "1",
)  # fmt: skip


def test_forty_more_fields_change_nothing():
    make.organisation()
    client = Client()
    client.force_login(make.administrator(password=OWN))
    stands = []
    for name, more in (("Plain", {}), ("Mixed", FORTY)):
        client.post("/desk/settings/mailboxes/new/", {"name": name, "address": f"{name}@example.test"})
        mailbox = Mailbox.objects.get(name=name)
        where = f"/desk/settings/mailboxes/{mailbox.pk}/"
        client.post(f"{where}edit/", {**more, "name": name, "address": f"{name}@example.test", "team": ""})
        client.post(f"{where}fetching/", {**more, **fields()})
        row = {**Account.objects.filter(mailbox=mailbox).values().get(), **Mailbox.objects.values().get(pk=mailbox.pk)}
        own = {"id", "mailbox_id", "next_at", "sealed_password", "name", "address"}
        stands.append({key: value for key, value in row.items() if key not in own})
    assert stands[0] == stands[1]
    assert MailboxChange.objects.filter(mailbox__name="Mixed").count() == 2

"""I07: a header in which a proxy names who has signed in was believed from anybody; an unproven e-mail linked accounts.

Nobody signs in by a header here, and a mail from the address of a member of staff makes nobody that person.
"""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client, override_settings

from tests import stage
from tests.examples import EXAMPLES, SAFE, address, audience_of, named_routes
from tests.knocking import problem

pytestmark = pytest.mark.django_db
NAMES = (
    "Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Preferred-Username",
    "X-Auth-Request-User", "X-Auth-Request-Email", "X-Authenticated-User", "X-User", "X-Email", "X-Webauth-User",
    "Tailscale-User-Login", "Cf-Access-Authenticated-User-Email",
)  # fmt: skip


def test_nobody_signs_in_by_a_header():
    with time_machine.travel(stage.NOW, tick=False), override_settings(DEMO=True):
        scene = stage.build()
        client = Client(headers=dict.fromkeys(NAMES, scene.administrator.email))
        wrong = {}
        for name in sorted(set(named_routes()) & set(EXAMPLES)):
            if audience_of(name) in {"public", "customer"}:
                continue
            for method in set(EXAMPLES[name].methods) & {"GET", "POST"}:
                answer = getattr(client, method.lower())(address(name, scene))
                if said := problem(name, method, "anonymous", answer):
                    wrong[name] = said
        assert not wrong, wrong
        assert set(SAFE) >= {"GET", "HEAD"}
        assert "_auth_user_id" not in client.session

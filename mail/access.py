"""What an account signs in with: its password, or a token that its provider gives for a stored one."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mail import actions_fetching as fetching
from mail import egress, secrets
from mail.imap import CannotFetch, NotLetIn, SignIn
from mail.models import Account

# A token this close to its end is not begun with.
MARGIN = timedelta(minutes=2)
USUAL_LIFE = 3600  # seconds, where the provider does not say
# The codes of RFC 6749 5.2, and nothing else that a provider may write there.
_CODE = re.compile(r"[a-z_]{1,40}")


def sign_in_of(account: Account, *, now: datetime) -> SignIn:
    """What `account` signs in with now.

    Raises `secrets.CannotOpen`, `NotLetIn` where the provider refuses what is stored, and `CannotFetch`.
    """
    if account.sign_in == Account.SignIn.PASSWORD:
        return SignIn(account.user, secrets.open_sealed(account.sealed_password))
    if account.access_ends_at is not None and account.access_ends_at > now + MARGIN:
        return SignIn(account.user, secrets.open_sealed(account.sealed_access_token), is_token=True)
    return SignIn(account.user, _exchanged(account, now), is_token=True)


def _exchanged(account: Account, now: datetime) -> str:
    """A fresh token for the stored one; where the provider gives another of those too, it is kept."""
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": secrets.open_sealed(account.sealed_refresh_token),
        "client_id": account.client_id,
    }
    if secret := secrets.open_sealed(account.sealed_client_secret):
        fields["client_secret"] = secret
    try:
        status, body = egress.post_form(account.token_url, fields)
    except egress.NotAllowed as refusal:
        raise NotLetIn(str(refusal)) from None
    except egress.NoAnswer as failure:
        raise CannotFetch(str(failure)) from None
    answer = _read(body)
    token = answer.get("access_token")
    if status == 200 and isinstance(token, str) and token:
        life = answer.get("expires_in")
        seconds = int(life) if isinstance(life, int | float) and 0 < life < 10**7 else USUAL_LIFE
        fresh = answer.get("refresh_token")
        fetching.keep_access(
            account, token, now + timedelta(seconds=seconds), refresh_token=fresh if isinstance(fresh, str) else ""
        )  # fmt: skip
        return token
    code = answer.get("error")
    told = {"code": code if isinstance(code, str) and _CODE.fullmatch(code) else status}
    if 400 <= status < 500 and status != 429:
        raise NotLetIn(_("The provider gives no token for what is stored. It said: %(code)s") % told)
    raise CannotFetch(_("The provider gives no token now. It said: %(code)s") % told)


def _read(body: bytes) -> dict:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}

"""The link with which a member of staff sets a password. It holds for one hour, once."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from people.models import User


def set_password_link(user: User) -> str:
    """An absolute link; whoever holds it can set the password of `user`.

    Setting the password, or signing in, ends it; so does `settings.PASSWORD_RESET_TIMEOUT`.
    """
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return settings.SITE_URL.rstrip("/") + path

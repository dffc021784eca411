"""How staff sign in: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Nobody makes an account for themselves; an administrator invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

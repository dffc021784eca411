"""Who opens the addresses whose views other people wrote; ours say it themselves (people/audience.py)."""

AUDIENCES = {
    "account_login": "public",
    "account_logout": "public",
    "account_inactive": "public",
    "account_reset_password": "public",
    "account_reset_password_done": "public",
    "account_reset_password_from_key": "public",
    "account_reset_password_from_key_done": "public",
    "account_reauthenticate": "staff",
    "account_change_password": "staff",
    # Shadowed by `config.urls.closed`; only their names are used.
    "account_signup": "public",
    "account_email": "public",
    "account_email_verification_sent": "public",
    "account_confirm_email": "public",
    "account_set_password": "public",
    "account_confirm_login_code": "public",
}

"""What Django and the sign-in library say to our readers: with this, our catalogues have the words.

Their own Croatian is silent here, or has another word for the same thing than we have.

Nothing imports it. Catalogues are collected from it as from every other module.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

WORDS = [
    _("Null characters are not allowed."),
    _("“%(pk)s” is not a valid value."),
    _("Ensure this value is a multiple of step size %(limit_value)s."),
    _("Email"),
    _("Email address"),
    _("Enter a valid email address."),
    _("The email address and/or password you specified are not correct."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    # What `timesince` and `timeuntil` count in.
    ngettext_lazy("%(num)d year", "%(num)d years"),
    ngettext_lazy("%(num)d month", "%(num)d months"),
    ngettext_lazy("%(num)d week", "%(num)d weeks"),
    ngettext_lazy("%(num)d day", "%(num)d days"),
    ngettext_lazy("%(num)d hour", "%(num)d hours"),
    ngettext_lazy("%(num)d minute", "%(num)d minutes"),
    # What `filesizeformat` begins with.
    ngettext_lazy("%(size)d byte", "%(size)d bytes"),
]

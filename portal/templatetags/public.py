"""What the public reads about a standard, for templates."""

from django import template
from django.urls import reverse

from portal import result_words
from standards.models import StandardVersion
from tickets.models import Attachment, Message
from ui.files import Files, ShownFile
from ui.states import VERDICTS

register = template.Library()


@register.simple_tag
def files_of(letter: Message, token: str) -> Files:
    """The files of a message as the holder of `token` may fetch them; they were read with it."""
    return Files([_shown(file, token) for file in letter.attachments.all()])


def _shown(file: Attachment, token: str) -> ShownFile:
    preview = reverse("portal:request-file-preview", args=[token, file.pk]) if file.preview else ""
    address = reverse("portal:request-file", args=[token, file.pk])
    return ShownFile(file.name, file.looks.words, file.looks.icon, file.size, address, preview)


@register.filter
def what_counts(version: StandardVersion) -> str:
    """What a case needs to be kept."""
    return result_words.what_counts(version)


@register.filter
def what_runs(version: StandardVersion) -> str:
    """Which time counts."""
    return result_words.what_runs(version)


@register.filter
def what_stops(version: StandardVersion) -> str:
    """What stops the clock."""
    return result_words.what_stops(version)


@register.filter
def verdict_words(verdict: str) -> str:
    """ "Met", "Not met" or "Too few to tell"."""
    return str(VERDICTS[verdict].customer)

"""What a file is called by people: by the end of its name, which is data as all of it. Nothing is decided by that."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Those of which a preview can be drawn.
_DRAWN = {"jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp"}
_DRAWN_KINDS = {"image/jpeg", "image/pjpeg", "image/jpg", "image/png", "image/x-png", "image/gif", "image/webp"}


@dataclass(frozen=True)
class FileKind:
    """Words for a kind of file, and the icon that stands for it."""

    words: str | Promise
    icon: str


_OTHER = FileKind(pgettext_lazy("a kind of file", "File"), "file")
_KINDS = {
    FileKind(_("Picture"), "image"): "jpg jpeg jpe jfif png gif webp bmp tif tiff heic heif avif svg ico",
    FileKind(_("PDF document"), "file-text"): "pdf",
    FileKind(_("Text document"), "file-text"): "doc docx odt rtf pages txt md",
    FileKind(_("Spreadsheet"), "file-spreadsheet"): "xls xlsx ods csv tsv numbers",
    FileKind(_("Presentation"), "presentation"): "ppt pptx odp key",
    FileKind(_("Archive"), "file-archive"): "zip 7z rar tar gz tgz bz2 xz zst",
    FileKind(_("Sound"), "music"): "mp3 m4a wav ogg oga opus flac amr aac",
    FileKind(_("Video"), "video"): "mp4 mov avi mkv webm mpg mpeg 3gp",
    FileKind(_("Mail"), "mail"): "eml msg",
    FileKind(_("Calendar entry"), "calendar-days"): "ics vcs",
    FileKind(_("Contact card"), "contact"): "vcf",
    FileKind(_("Web page"), "globe"): "htm html mht mhtml xhtml",
    FileKind(_("Program"), "cog"): "exe msi bat cmd sh ps1 js vbs jar apk app dmg scr com",
    FileKind(_("Signature"), "file-key"): "p7s p7m asc sig pgp",
}
_BY_ENDING = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}


def kind_of(name: str) -> FileKind:
    """What a file of that name is, as far as its name says."""
    return _BY_ENDING.get(_ending(name), _OTHER)


def may_be_a_picture(name: str, kind: str) -> bool:
    """Whether it is worth a try to draw a preview of it."""
    return _ending(name) in _DRAWN or kind.lower().partition(";")[0].strip() in _DRAWN_KINDS


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""

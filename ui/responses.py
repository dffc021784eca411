"""Answers to htmx and to plain requests, so that views build no headers by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.html import format_html

Part = str | tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Toast:
    """A line that says what has happened. `undo` is posted to; `alert` interrupts a screen reader."""

    text: str
    undo: str = ""
    seconds: int = 10
    alert: bool = False


def fragment(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    oob: Sequence[Part] = (),
    toast: str | Toast | None = None,
    push: str | None = None,
    status: int = 200,
    close: bool = False,
) -> HttpResponse:
    """A part of a page, with other parts that changed and a toast beside it.

    Each of `oob` is a template, or a template with what differs in its context; its root element carries
    `{% oob %}`. `push` puts an address into the browser's history; `close` closes the dialog.
    """
    context = dict(context or {})
    parts = [render_to_string(template, context, request)]
    for part in oob:
        name, extra = (part, {}) if isinstance(part, str) else part
        parts.append(render_to_string(name, {**context, **extra, "out_of_band": True}, request))
    if toast:
        parts.append(render_to_string("ui/_toast.html", {"toast": _toast(toast), "out_of_band": True}, request))
    response = HttpResponse("\n".join(parts), status=status)
    if push:
        response["HX-Push-Url"] = push
    if close:
        response["HX-Trigger"] = json.dumps({"close-dialog": True})
    return response


def done(request: HttpRequest, url: str, *, toast: str | Toast | None = None) -> HttpResponse:
    """Leaves for another page after a change; the toast is shown there."""
    if toast:
        say(request, toast)
    if _by_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


def download(content: File, name: str) -> FileResponse:
    """Somebody's file, to be saved and never shown: whatever it is, it does nothing in our name.

    What it says it is is not repeated: a browser that believed it might run it.
    """
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def picture(content: File) -> FileResponse:
    """A small picture that we have drawn ourselves, to be shown. Nothing else is ever given out in this way."""
    response = FileResponse(content, content_type="image/webp", headers={"Content-Disposition": "inline"})
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def unchanged() -> HttpResponse:
    """The answer to a poll when nothing is new."""
    return HttpResponse(status=204)


def say(request: HttpRequest, toast: str | Toast) -> None:
    """Keeps a toast for the next whole page."""
    toast = _toast(toast)
    level = messages.ERROR if toast.alert else messages.SUCCESS
    tags = f"undo:{toast.undo} seconds:{toast.seconds}" if toast.undo else ""
    messages.add_message(request, level, format_html("{}", toast.text), extra_tags=tags)


def _toast(toast: str | Toast) -> Toast:
    return toast if isinstance(toast, Toast) else Toast(toast)


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"

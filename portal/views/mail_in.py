"""Where other machines hand over mail by HTTP. They are told a number, and nothing of what becomes of it."""

from __future__ import annotations

import logging
import secrets
from io import BytesIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mail import inbound, providers, signatures
from mail.parsing import LARGEST
from people.audience import public

log = logging.getLogger(__name__)

_PIECE = 256 * 1024
# Who sends too much hears that only when all is sent; so much is read and thrown away, then the line is cut.
_READ_ON = 4 * LARGEST
# When the database is away, whoever sends is asked to come again after so many seconds.
_LATER = 60


class _TooLarge(Exception):
    """More than we take."""


# Machines have no cookies: the signature is what allows it.
@csrf_exempt
@public
@require_POST
def mail_in(request: HttpRequest, address: str = "") -> JsonResponse:
    """One mail as its body, signed. 200 only once it is stored; it is filed by the worker.

    For the mailbox with `address`, else for the support address's.
    """
    if not settings.INBOUND_SECRETS:
        raise Http404
    if not signatures.are_there(request.headers):
        return _refuse(401, "nothing is signed")
    try:
        raw = _body(request)
        event = signatures.check(raw, request.headers, settings.INBOUND_SECRETS)
    except _TooLarge:
        return _refuse(413, "the mail is larger than we take")
    except UnreadablePostError:
        return _refuse(400, "the connection broke off")
    except signatures.NotSigned as why:
        return _refuse(401, str(why))
    if not raw.strip():
        return _refuse(400, "there is no mail in it")
    try:
        mailbox = inbound.mailbox_for(address) if address else inbound.support_mailbox()
        if address and mailbox is None:
            return _refuse(404, "there is no such mailbox")
        mail = inbound.ingest(raw, mailbox=mailbox, event=event, now=timezone.now())
    except (DatabaseError, InterfaceError):
        log.exception("a mail could not be stored")
        return _refuse(503, "it could not be stored")
    return JsonResponse({"id": str(mail.pk)})


# Providers have no cookies either: the library knows their signatures and passwords.
@csrf_exempt
@public
@require_POST
def mail_of_provider(request: HttpRequest) -> JsonResponse:
    """Mail in the form of the provider that the settings name. 200 only once all of it is stored.

    The address ends with "mime", by which some providers know that they are to send each mail as it came.
    """
    if not settings.INBOUND_PROVIDER:
        raise Http404
    # No form of ours: what is too large is refused as a whole, not left out.
    request.upload_handlers = [MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
    stored: list[str] = []
    try:
        for mail in providers.handed_over(settings.INBOUND_PROVIDER, request):
            if len(mail.raw) > LARGEST:
                return _refuse(413, "the mail is larger than we take")
            mailbox = inbound.mailbox_for(mail.recipient) or inbound.support_mailbox()
            kept = inbound.ingest(mail.raw, mailbox=mailbox, event=mail.event, now=timezone.now())
            stored.append(str(kept.pk))
    except providers.NotTheirs as why:
        return _refuse(401, str(why))
    except RequestDataTooBig:
        return _refuse(413, "the request is larger than we take")
    except (DatabaseError, InterfaceError):
        log.exception("a mail could not be stored")
        return _refuse(503, "it could not be stored")
    return JsonResponse({"id": stored[0] if stored else ""})


def _body(request: HttpRequest) -> bytes:
    """The request's body, read piece by piece and never more kept than we take."""
    # A server that takes bodies of unknown length says where they end; Django would read none of them.
    stream = request.META["wsgi.input"] if request.META.get("wsgi.input_terminated") else request
    body, came = BytesIO(), 0
    while piece := stream.read(_PIECE):
        came += len(piece)
        if came > _READ_ON:
            break
        if came <= LARGEST:
            body.write(piece)
    if came > LARGEST:
        raise _TooLarge
    return body.getvalue()


def _refuse(status: int, why: str) -> JsonResponse:
    """Not why: only under what name it stands in the log."""
    name = secrets.token_hex(8)
    log.warning("mail over HTTP was not taken (%s): %s", name, why)
    return JsonResponse({"id": name}, status=status, headers={"Retry-After": str(_LATER)} if status == 503 else None)

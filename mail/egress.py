"""The only place from which we ask anybody by HTTP.

The name is resolved once and the connection goes to that very address, if it belongs to the public network; no
redirect is followed, no proxy and no stored login is used, and an answer is short and comes soon or not at all.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter

PORT = 443
CONNECT_WITHIN, READ_WITHIN, ALL_WITHIN = 5.0, 10.0, 15.0  # seconds
LARGEST = 64 * 1024


class NotAllowed(Exception):
    """We do not ask there at all; the text says why."""


class NoAnswer(Exception):
    """It was asked, and gave no answer that could be used."""


def post_form(url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
    """Send `fields` as a form to `url`; the status and the body. Raises `NotAllowed` and `NoAnswer`."""
    host, path = _checked(url)
    address = _public_address(host)
    place = f"[{address}]" if ":" in address else address
    ends = time.monotonic() + ALL_WITHIN
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", _ToThatHost(host))
        try:
            with session.post(
                f"https://{place}:{PORT}{path}", data=dict(fields), allow_redirects=False, stream=True,
                headers={"Host": host, "Accept": "application/json"}, timeout=(CONNECT_WITHIN, READ_WITHIN),
            ) as answer:  # fmt: skip
                return answer.status_code, _body(answer, ends)
        except (requests.RequestException, OSError) as error:
            # The text of the exception holds the address, and may hold what was sent.
            raise NoAnswer(_("%(host)s gives no usable answer.") % {"host": host}) from error


def _checked(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAllowed(_("This is not an address that can be asked.")) from error
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise NotAllowed(_("Only addresses that begin with https:// are asked."))
    if port not in (None, PORT):
        raise NotAllowed(_("Only the usual port of https is asked."))
    return parts.hostname, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _public_address(host: str) -> str:
    """The first address of `host`. All of them must be public, so that none is reached by trying again."""
    try:
        found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(_("The name %(host)s is not known.") % {"host": host}) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(map(_is_public, addresses)):
        raise NotAllowed(_("%(host)s is not on the public network, so it is not asked.") % {"host": host})
    return addresses[0]


def _is_public(address: str) -> bool:
    """Whether nobody's inner network is behind it, however it is written."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6 and (ip not in _UNICAST or ip.sixtofour or ip.teredo):
        # What leads on to another address is not looked through.
        return False
    return ip.is_global and not ip.is_multicast


# Of IPv6 everything that is routed in public; what was meant for inner networks long ago stands outside.
_UNICAST = ipaddress.IPv6Network("2000::/3")


class _ToThatHost(HTTPAdapter):
    """Connects to the address that it is given; the certificate has to be the host's."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **given: Any) -> None:
        super().init_poolmanager(*arguments, **given, server_hostname=self._host, assert_hostname=self._host)


def _body(answer: requests.Response, ends: float) -> bytes:
    read = b""
    while piece := answer.raw.read1(8192, decode_content=True):
        read += piece
        if len(read) > LARGEST or time.monotonic() > ends:
            raise requests.RequestException("too long or too slow")
    return read

"""I25: a server that could be made to ask inside its own network.

Elsewhere addresses were compared as text, or only the first of several was looked at, or a redirect led on to where one
may not ask. Here a name is resolved once, every address it has must be public, the connection goes to that very address
with the host's certificate, and no redirect is followed.
"""

from __future__ import annotations

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from mail import egress
from tests.mail.certificates import certify

INNER = [
    "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.0.0.1.", "localhost",
    "localhost.", "LOCALHOST", "127.0.0.2", "0.0.0.0", "0", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.254", "192.168.0.1", "192.168.1.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "100.64.0.1",
    "198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]",
    "[fe80::1%25lo]",
    "[fec0::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::]",
    "[2001:0:7f00:1::]", "[2001:db8::1]", "[100::1]",
]  # fmt: skip
WRONG = [
    "http://tokens.example.org/", "ftp://tokens.example.org/", "file:///etc/passwd", "//tokens.example.org/",
    "tokens.example.org",
    "https://", "https:///path", "https://user@tokens.example.org/", "https://u:p@tokens.example.org/",
    "https://tokens.example.org:22/", "https://tokens.example.org:8443/", "https://tokens.example.org:99999/",
    "https://[::1/", "javascript:alert(1)", "",
]  # fmt: skip


@pytest.fixture
def sent(monkeypatch) -> list[requests.PreparedRequest]:
    """What would have gone out; nothing does."""
    seen = []

    def send(self, request, **given):
        seen.append(request)
        raise requests.ConnectionError("not in this test")

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    return seen


@pytest.mark.parametrize("host", INNER)
def test_nobodys_inner_network_is_asked_however_it_is_written(sent, host):
    with pytest.raises((egress.NotAllowed, egress.NoAnswer)):
        egress.post_form(f"https://{host}/token", {"a": "b"})
    assert not sent


@pytest.mark.parametrize("url", WRONG)
def test_only_plain_https_is_asked(sent, url):
    with pytest.raises(egress.NotAllowed):
        egress.post_form(url, {"a": "b"})
    assert not sent


def resolving(monkeypatch, *answers: list[str]) -> list[str]:
    """Have names mean these addresses, one answer after the other; the names that were asked for."""
    asked, left = [], list(answers)

    def getaddrinfo(host, port, **given):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_that_changes_its_mind_is_asked_once_and_held_to_it(monkeypatch, sent):
    asked = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(egress.NoAnswer):
        egress.post_form("https://tokens.example.org/token?x=1", {"a": "b"})
    (request,) = sent
    assert asked == ["tokens.example.org"]
    assert (request.url, request.headers["Host"]) == ("https://93.184.216.34:443/token?x=1", "tokens.example.org")


def test_one_inner_address_among_others_is_enough_to_refuse(monkeypatch, sent):
    resolving(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(egress.NotAllowed):
        egress.post_form("https://tokens.example.org/token", {"a": "b"})
    assert not sent


class Provider(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_POST(self) -> None:
        self.server.asked.append(self.path)
        length = int(self.headers["Content-Length"])
        self.server.asked.append(self.rfile.read(length).decode())
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "https://127.0.0.1/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (10 * egress.LARGEST) if self.path == "/long" else b"{}")

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def provider(monkeypatch, tmp_path):
    """tokens.example.org on this machine, as if that were the public network."""
    certify(tmp_path, "tokens.example.org")
    server = HTTPServer(("127.0.0.1", 0), Provider)
    server.asked = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(egress, "PORT", server.server_port)
    monkeypatch.setattr(egress, "_public_address", lambda host: "127.0.0.1")
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "ca.pem"))
    yield server
    server.shutdown()


def test_a_redirect_leads_nowhere_and_a_long_answer_is_not_read(provider):
    assert egress.post_form("https://tokens.example.org/token", {"a": "b c"}) == (200, b"{}")
    assert egress.post_form("https://tokens.example.org/elsewhere", {}) == (302, b"")
    with pytest.raises(egress.NoAnswer):
        egress.post_form("https://tokens.example.org/long", {})
    assert provider.asked[:3] == ["/token", "a=b+c", "/elsewhere"]


def test_the_certificate_must_be_that_hosts(provider):
    with pytest.raises(egress.NoAnswer):
        egress.post_form("https://others.example.org/token", {"secret": "hunter2"})
    assert not provider.asked

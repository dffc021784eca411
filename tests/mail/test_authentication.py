"""Whose word about a sender counts, and what it has to say."""

from __future__ import annotations

import pytest

from mail.authentication import read, trusted, vouches_for

GOOD = (
    "mx.example.test; spf=pass (sender ok) smtp.mailfrom=example.org; dkim=pass header.d=example.org;"
    " dmarc=pass (p=REJECT) header.from=example.org"
)


def vouched(*headers: str, server: str = "mx.example.test", sender: str = "ana@example.org") -> bool:
    return vouches_for(trusted(headers, server), sender)


def test_the_configured_server_vouches_for_the_domain_in_from():
    assert vouched(GOOD)
    assert vouched(GOOD, server="MX.Example.Test")
    assert vouched("mx.example.test 1; dmarc=pass header.from=EXAMPLE.org", sender="Ana@Example.Org")
    assert vouched("mx.example.test; dmarc=pass header.from=xn--mnchen-3ya.de", sender="ana@münchen.de")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "mx.example.test",
        "mx.example.test; none",
        "mx.evil.test; dmarc=pass header.from=example.org",
        "mx.example.test; dmarc=fail header.from=example.org",
        "mx.example.test; dmarc=pass",
        "mx.example.test; dmarc=pass header.from=evil.test",
        "mx.example.test; dmarc=pass header.from=sub.example.org",
        "mx.example.test; spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org",
        "mx.example.test (; dmarc=pass header.from=example.org",
        'mx.example.test; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.org"',
        # Two results of one method: one of them may be what the sender wrote.
        "mx.example.test; dmarc=pass header.from=example.org; dmarc=fail header.from=evil.test",
    ],
)
def test_nothing_else_vouches(header):
    assert not vouched(header)


def test_of_several_headers_the_topmost_of_that_server_counts():
    failed = "mx.example.test; dmarc=fail header.from=example.org"
    assert not vouched(failed, GOOD)
    assert vouched("filter.example.test; spam=no", GOOD)


def test_without_a_configured_server_nobody_is_believed():
    assert not vouched(GOOD, server="")
    assert not vouched("; dmarc=pass header.from=example.org", server=" ")


def test_what_a_server_found_is_read():
    spf, dkim, dmarc = read(GOOD).findings
    assert (spf.method, spf.result, spf.properties) == ("spf", "pass", {"smtp.mailfrom": "example.org"})
    assert (dkim.properties["header.d"], dmarc.properties["header.from"]) == ("example.org", "example.org")


@pytest.mark.parametrize("sign", ["(", '"', "\\", ";", "a=b.c=", "x=y "])
def test_hostile_headers_are_read_in_no_time(sign):
    assert read(sign * 20_000).findings is not None

"""Every figure on a page of results, and how many cases the list behind it holds."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from django.test import Client
from django.utils import timezone

from compliance import listed
from compliance.satisfaction import Said
from people.models import Organisation, User

_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_LISTS = ("/desk/compliance/cases/", "/desk/compliance/answers/")
_NUMBER = re.compile(r"\d[\d,]*")


def figures(html: str) -> dict[str, int]:
    """Where each list is, and how many it must hold: the last number in the words of its link.

    A link that says two different numbers on one page is an error of the page.
    """
    found: dict[str, int] = {}
    for attributes, inside in _LINK.findall(html):
        href = unescape(_attribute(attributes, "href"))
        if not href.startswith(_LISTS):
            continue
        words = _attribute(attributes, "aria-label") or re.sub(r"<[^>]+>", " ", inside)
        said = int(_NUMBER.findall(words)[-1].replace(",", ""))
        assert found.setdefault(href, said) == said, f"{href} is {found[href]} and {said}"
    return found


def length(client: Client, href: str) -> int:
    """How many rows the list has, all its pages together; it must say so itself."""
    rows, said, where = 0, None, href
    while where:
        answer = client.get(where)
        assert answer.status_code == 200, f"{where}: {answer.status_code}"
        html = answer.content.decode()
        rows += html.count("data-case=")
        count = re.search(r'filters__count"><strong>([\d,]+)', html)
        assert count, where
        said = int(count[1].replace(",", ""))
        more = re.search(r'class="pager"><a class="btn" href="([^"]+)"', html)
        where = unescape(more[1]) if more else ""
    assert rows == said, f"{href} says {said} and holds {rows}"
    return rows


def wrong(viewer: User, pages: list[str], *, opened: int = 8) -> list[str]:
    """Every figure on these pages that is not the length of its list.

    Each list is counted by what its address asks; of `opened` lists at least, every page is opened too.
    """
    client = Client()
    client.force_login(viewer)
    said: dict[str, int] = {}
    found = []
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        for href, number in figures(answer.content.decode()).items():
            if said.setdefault(href, number) != number:
                found.append(f"{href} is {said[href]}, and {number} on {page}")
    assert said, "no page shows a figure"
    found += [f"{href}: {number}, but there are {there}" for href, number in said.items()
              if (there := held(viewer, href)) != number]  # fmt: skip
    step = max(len(said) // opened, 1)
    found += [f"{href}: {said[href]}, but the list has {rows}" for href in list(said)[::step]
              if (rows := length(client, href)) != said[href]]  # fmt: skip
    return found


def held(viewer: User, href: str) -> int:
    """How many cases that address asks for."""
    parts = urlsplit(href)
    asked = dict(parse_qsl(parts.query))
    zone, now = Organisation.objects.the().zone_info, timezone.now()
    question = listed.read(asked, zone=zone, now=now)
    if parts.path == _LISTS[1]:
        return listed.said(question, Said(asked["said"]), viewer=viewer, now=now).count()
    return listed.seen(question, viewer=viewer, now=now, zone=zone).count()


def _attribute(attributes: str, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', attributes)
    return match[1] if match else ""

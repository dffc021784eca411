"""A browser window that counts what runs in it and what it asks other places for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from typing import Any

from playwright.sync_api import Browser, Route

from mail import formatting

HOME = "http://desk.test"
# In one page stand so many bodies, each in a frame, so that one which leaves something open harms no other.
TOGETHER = 80

_LEFT = """() => {
  const left = [];
  const frames = [...document.querySelectorAll("iframe")];
  for (const frame of frames) {
    for (const element of frame.contentDocument?.querySelectorAll("body *") ?? []) {
      // Not the element's own: forms call their fields what attackers like.
      for (const name of Element.prototype.getAttributeNames.call(element)) {
        if (/^on|^src|^data|action$|background$|^ping|^poster|^srcset|xlink/i.test(name))
          left.push(element.outerHTML.slice(0, 200));
      }
      if (Element.prototype.hasAttribute.call(element, "href")
          && !["http:", "https:", "mailto:"].includes(element.protocol))
        left.push(element.outerHTML.slice(0, 200));
      if (/^(script|iframe|object|embed|link|meta|base|form|svg|math|style|video|audio)$/i.test(element.localName))
        left.push(element.outerHTML.slice(0, 200));
    }
  }
  return { ran: window.__ran || 0, left, frames: frames.length };
}"""


@dataclass
class Seen:
    """`ran`: how often something ran; `asked`: what other places were asked for; `left`: what should not be there."""

    shown: int = 0
    ran: int = 0
    asked: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def side_by_side(browser: Browser, bodies: Iterable[str]) -> Seen:
    """Each of `bodies` in a frame that forbids nothing: what is seen is what the bodies themselves can do."""
    return _seen(browser, bodies, lambda body, number: f'<iframe srcdoc="{escape(body)}"></iframe>', look_inside=True)


def on_our_page(browser: Browser, bodies: Iterable[str]) -> Seen:
    """Each of `bodies`, as it is, where the desk shows mails: what is seen got past the frame and its policy."""
    sandbox = "allow-popups allow-popups-to-escape-sandbox"
    return _seen(
        browser, bodies, lambda body, number: f'<iframe sandbox="{sandbox}" src="{HOME}/body/{number}"></iframe>'
    )


def _seen(
    browser: Browser, bodies: Iterable[str], framed: Callable[[str, int], str], *, look_inside: bool = False
) -> Seen:
    seen, served = Seen(), dict[str, str]()

    def answer(route: Route) -> None:
        at = route.request.url
        if at.startswith(HOME):
            policy = {"Content-Security-Policy": formatting.POLICY} if "/body/" in at else {}
            route.fulfill(body=served.get(at, ""), content_type="text/html; charset=utf-8", headers=policy)
        else:
            seen.asked.append(at)
            route.abort()

    window = browser.new_context()
    try:
        window.route("**/*", answer)
        page = window.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        for number, some in enumerate(_by(TOGETHER, bodies)):
            served.clear()
            served |= {f"{HOME}/body/{at}": body for at, body in enumerate(some)}
            served[f"{HOME}/{number}"] = "<!doctype html>" + "".join(framed(body, at) for at, body in enumerate(some))
            page.goto(f"{HOME}/{number}", wait_until="load")
            found: dict[str, Any] = page.evaluate(
                _LEFT if look_inside else "() => ({ran: window.__ran || 0, left: []})"
            )
            seen.shown += len(some)
            seen.ran += found["ran"]
            seen.left += found["left"]
    finally:
        window.close()
    return seen


def _by(number: int, bodies: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(bodies)
    while some := list(islice(rest, number)):
        yield some

"""A mail as its sender formatted it: what may be seen of its HTML, on a page that can do nothing.

Two things keep it harmless, each alone: only what is listed here is left of it, and the page that it stands on may
neither run nor load anything, whatever is on it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter

import nh3
from django.utils.html import escape

# Elements inside one another; the library's time grows with the square of that.
DEEPEST = 500

_TAGS = {
    "a", "abbr", "address", "b", "bdi", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
    "wbr",
}  # fmt: skip
_WITH_CONTENT = {
    "applet", "audio", "embed", "frameset", "head", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "title", "video", "xml",
}  # fmt: skip
_CELL = {"align", "bgcolor", "colspan", "rowspan", "style", "valign"}
_ATTRIBUTES = {
    **{tag: {"style"} for tag in _TAGS},
    "*": {"dir", "lang"},
    "a": {"href", "style"},
    "div": {"align", "style"},
    "font": {"color"},
    # Never a source: what the picture shows is said by its words.
    "img": {"alt"},
    "ol": {"start", "style"},
    "p": {"align", "style"},
    "table": {"bgcolor", "style"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"bgcolor", "style"},
}
# People answer in red between the lines: colours say something. Nothing here can hide, cover, move or load anything.
_STYLES = {
    "background-color", "color", "font-style", "font-weight", "text-align", "text-decoration", "vertical-align",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    filter_style_properties=_STYLES,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow ugc",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
# Never closed, or closed by what follows.
_FLAT = {"br", "hr", "img", "input", "link", "meta", "col", "wbr", "p", "li", "td", "tr", "th", "dd", "dt", "option"}

_LOOK = (
    "body{margin:16px;background:#fff;color:#1b1b18;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;"
    "overflow-wrap:anywhere}table{max-width:100%}pre{white-space:pre-wrap}a[href]{color:#0b57d0}"
    "blockquote{margin:8px 0;padding-left:12px;border-left:2px solid #c9c7bf}img{color:#5b5a54;font-style:italic}"
)
_HASH = base64.b64encode(hashlib.sha256(_LOOK.encode()).digest()).decode()

# Of the page that `page` makes. Links open outside of it, and there without any tie to us.
POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    f"style-src-elem 'sha256-{_HASH}'; style-src-attr 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def clean(html: str) -> str:
    """What may be seen of `html`; empty where nothing of it may, or where it is too entangled to be looked at."""
    return "" if _is_entangled(html) else _CLEANER.clean(html)


def page(html: str, *, otherwise: str) -> str:
    """A whole page with what may be seen of `html`, or the sentence `otherwise` where that is nothing.

    It is white in the dark, too: the colours of mails were chosen for that.
    """
    seen = clean(html) or f"<p>{escape(otherwise)}</p>"
    return (
        '<!doctype html><html lang=""><head><meta charset="utf-8"><meta name="color-scheme" content="light">'
        f"<title></title><style>{_LOOK}</style></head><body>{seen}</body></html>"
    )


def _is_entangled(html: str) -> bool:
    """Whether elements lie too deep in one another, as far as can be told without reading it all."""
    is_open: Counter[str] = Counter()
    depth = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _FLAT:
            continue
        if not tag[1]:
            is_open[name] += 1
            depth += 1
        elif is_open[name]:
            is_open[name] -= 1
            depth -= 1
        if depth > DEEPEST:
            return True
    return False

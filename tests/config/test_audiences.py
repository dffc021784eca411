"""Every address says for whom it is."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from config.audiences import AUDIENCES

KNOWN = {"public", "customer", "staff", "managers", "administrators"}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        else:
            yield path, pattern


def audience(pattern: URLPattern) -> str:
    """For whom it is; empty if nobody said so."""
    return getattr(pattern.callback, "audience", "") or AUDIENCES.get(pattern.name or "", "")


def test_every_route_has_a_declared_audience() -> None:
    undeclared = [path for path, pattern in routes() if audience(pattern) not in KNOWN]
    assert not undeclared


def test_what_is_declared_for_others_views_exists() -> None:
    assert set(AUDIENCES) <= {pattern.name for _path, pattern in routes()}


def test_sign_in_is_asked_for_exactly_where_the_audience_says_so() -> None:
    closed = "config.urls.closed"
    wrong = []
    for path, pattern in routes():
        opened = not getattr(pattern.callback, "login_required", True)
        if opened != (audience(pattern) in {"public", "customer"}) and pattern.lookup_str != closed:
            # Shadowed by `closed`: never reached.
            shadowed = any(p == path and other.lookup_str == closed for p, other in routes())
            if not shadowed:
                wrong.append(f"{path}: {audience(pattern)}, but open is {opened}")
    assert not wrong, "\n".join(wrong)


def test_addresses_end_with_a_slash_or_name_a_file() -> None:
    plain = {"healthz", "readyz"}
    wrong = [
        path
        for path, _pattern in routes()
        if path and path.rstrip("$") not in plain and not path.rstrip("$").endswith("/") and "." not in path
    ]
    assert not wrong

"""Facts about the public page: what was not met stands as plainly as what was, and nothing small says much."""

import gzip
import re

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from compliance.models import ExceptionDay
from compliance.published import months_until
from standards.actions import standards
from standards.terms import Clock, Kind
from tests import make
from tests.make import zagreb
from tests.published import OCTOBER, SEPTEMBER, correct, month

pytestmark = pytest.mark.django_db

SINCE = zagreb("2026-01-01 09:00")
NOW = zagreb("2026-11-23 10:42")
MOST_BYTES = 60_000


@pytest.fixture(autouse=True)
def monday():
    make.organisation(support_address="help@example.test", phone="01 555 0100")
    with time_machine.travel(NOW, tick=False):
        yield


def page(language="en", path=""):
    response = Client().get(f"/{language}/{path}")
    assert response.status_code == 200
    return response.content.decode()


def text(html):
    """What is read, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def article(version, language="en"):
    """What the page says of one standard."""
    found = re.search(rf'<article class="standard" id="{version.standard.code}">.*?</article>', page(language), re.S)
    return found[0]


def test_the_sentence_of_the_month_is_the_loudest():
    month(make.standard(now=SINCE), kept=1186 - 100, late=95)
    month(kept=100, late=0)
    said = text(page())
    assert "93 of 100 kept. In October 2026 we kept 1,186 of 1,281 promises as we first made them." in said
    assert "The other 95 we did not." in said
    assert "U listopadu 2026." in text(page("hr"))


def test_a_new_organisation_says_when_the_first_results_come():
    make.standard(now=SINCE)
    said = text(page())
    assert "No month has closed yet. The first results come on 1 December 2026." in said
    assert "90 of 100 is our target" in said


def test_without_standards_the_page_says_so():
    assert "No standard is in force at the moment." in text(page())


@pytest.mark.parametrize(
    ("kept", "late", "verdict"), [(98, 2, "Met"), (70, 30, "Not met"), (88, 12, "Too few to tell")]
)
def test_each_verdict_stands_with_its_cases_range_and_target(kept, late, verdict):
    version = make.standard(now=SINCE)
    month(version, kept=kept, late=late)
    said = text(article(version))
    assert f"{kept} of 100 {kept} of 100 in October 2026 likely" in said
    assert "target 90 of 100" in said
    assert verdict in said


def test_met_and_not_met_are_drawn_alike():
    met, missed = make.standard(now=SINCE), make.standard(now=SINCE, category=make.category())
    month(met, kept=98, late=2)
    month(missed, kept=70, late=30)

    def classes(html):
        head = html[: html.index("<details")]
        return re.findall(r'class="(standard[^"]*)"', head), re.findall(r"<strong[^>]*>", head)

    assert classes(article(met)) == classes(article(missed))


def test_of_fewer_than_five_cases_only_their_number_is_said():
    version = make.standard(now=SINCE)
    month(version, kept=3, late=1)
    said = article(version)
    assert "3 of 4" in text(said)
    assert "75" not in text(said)
    assert '<svg class="chart' not in said


def test_a_month_without_a_case_says_so_instead_of_a_hundred():
    version = make.standard(now=SINCE)
    month(version, SEPTEMBER)
    month()
    said = text(article(version))
    assert "Nothing fell due in October 2026." in said
    assert "no case" in said


def test_a_correction_an_exception_day_and_what_is_provisional_stand_beside_the_figure():
    version = make.standard(now=SINCE, kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=5)
    correct(month(version, kept=95, late=5, ordinary_kept=92, ordinary_due=94), kept=-1)
    month(version, SEPTEMBER, final_at=None, kept=70, late=20)
    ExceptionDay.objects.create(
        starts_at=zagreb("2026-10-12 00:00"), ends_at=zagreb("2026-10-14 00:00"),
        reason={"en": "A storm.", "hr": "Oluja."}, declared_by=make.manager(), declared_at=NOW,
    )  # fmt: skip
    said = text(article(version))
    assert "Without the exception days: 98 of 100 (92 of 94)." in said
    assert "Corrected on 1 November 2026, first published as 95 of 100. A message that we had counted never" in said
    assert "September 2026 Provisional until 8 October 2026" in said
    assert "12 October 2026 to 13 October 2026: A storm." in text(page())
    assert "12. listopada 2026. – 13. listopada 2026.: Oluja." in text(page("hr"))


def test_a_new_version_begins_anew_and_the_old_one_stays_at_its_address():
    first = make.standard(now=SINCE, sentence={"en": "A person answers you within 8 working hours."})
    month(first, SEPTEMBER, kept=50, late=50)
    second = standards.publish(
        standards.draft(
            first.standard,
            make.draft(window_minutes=360, sentence={"en": "A person answers you within 6 working hours."}),
            now=SINCE,
        ),
        effective_from=zagreb("2026-10-01 00:00"),
        now=SINCE,
    )
    month(second, kept=98, late=2)
    code = first.standard.code
    assert "98 of 100" in text(article(second))
    assert "50 of 100" not in text(page())
    old = text(page(path=f"standards/{code}/1/"))
    assert "A person answers you within 8 working hours." in old
    assert "No longer in force: it was from 1 January 2026 to 30 September 2026." in old
    assert "50 of 100" in old
    assert "98 of 100" not in old
    assert "In force since 1 October 2026." in text(page(path=f"standards/{code}/2/"))


def test_a_draft_has_no_address_and_a_planned_version_says_when_it_comes():
    draft = make.standard(now=SINCE, published=False)
    assert Client().get(f"/en/standards/{draft.standard.code}/1/").status_code == 404
    assert Client().get("/en/standards/S-99/1/").status_code == 404
    standards.publish(draft, effective_from=zagreb("2026-12-01 00:00"), now=NOW)
    assert "Comes into force on 1 December 2026." in text(page(path=f"standards/{draft.standard.code}/1/"))


def test_every_row_opens_what_counts_and_what_happens_when_it_is_missed():
    version = make.standard(
        now=SINCE, exclusions={"en": "Letters on paper are not covered."}, if_missed={"en": "We say sorry."}
    )
    month(version)
    said = text(article(version))
    for part in ("An automatic confirmation is no response.", "Nothing stops it.", "Letters on paper", "We say sorry."):
        assert part in said


def test_everything_together_is_light():
    for _ in range(8):
        version = make.standard(now=SINCE, category=make.category())
        for first in months_until(OCTOBER, 12):
            month(version, first, ordinary_kept=90, ordinary_due=92)
    for first in months_until(OCTOBER, 12):
        month(first=first)
    served = Client().get("/en/", headers={"accept-encoding": "gzip"})
    assert served["Content-Encoding"] == "gzip"
    html = gzip.decompress(served.content).decode()
    sheets = re.findall(r'<link rel="(?:stylesheet|icon)" href="/static/([^"]+)"', html)
    assert len(sheets) > 8
    assert "<script" not in html
    files = [gzip.compress((settings.BASE_DIR / "static" / name).read_bytes()) for name in sheets]
    badge = Client().get("/en/badge.svg").content
    assert len(served.content) + sum(map(len, files)) + len(badge) < MOST_BYTES

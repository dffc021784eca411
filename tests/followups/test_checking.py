"""The checker finds each part of a message, whatever words it has, and says which one is missing."""

from __future__ import annotations

import pytest

from followups.letters.checking import Facts, Severity, check, is_told, stops
from followups.letters.counting import sentences_in, words_in
from tests.make import zagreb

APOLOGY = (
    "Hello Ana Kovač,\n\nI promised to call you on Tuesday by 16:00 and did not. That is my mistake and I am sorry.\n\n"
    "I moved the call in my calendar and did not tell you. I will call you today between 10:00 and 10:30.\n\n"
    "From today such calls also go to my colleague's list, so they cannot drop out when my day changes. If you would"
    " rather choose the time, this reaches me directly: 01 555 0142.\n\nMarko Ilić"
)
FACTS = Facts(
    "Ana Kovač",
    zone="Europe/Zagreb",
    values={
        "promise_text": "Call you",
        "promised_date": zagreb("2026-11-24 16:00"),
        "new_date": zagreb("2026-11-25 10:30"),
        "prevention": "Such calls also go to the list of a colleague",
        "phone": "01 555 0142",
        "agent": "Marko Ilić",
    },
)


def codes(text: str, *, purpose: str = "apology", language: str = "en", facts: Facts = FACTS) -> set[tuple[str, str]]:
    return {(remark.part, remark.code) for remark in check(purpose, language, text, facts)}


def test_an_apology_with_all_its_parts_has_no_remark() -> None:
    assert codes(APOLOGY.replace("today between", "on Wednesday between")) == set()


@pytest.mark.parametrize(
    ("taken_out", "remark"),
    [
        (" and I am sorry", ("sorry", "missing")),
        ("Hello Ana Kovač,", ("greeting", "no_greeting")),
        ("on Tuesday by 16:00", ("what", "missing")),
        ("and 10:30", ("fix", "missing")),
        ("From today such calls also go to my colleague's list", ("prevention", "missing")),
        (": 01 555 0142", ("contact", "missing")),
        ("Marko Ilić", ("name", "missing")),
    ],
)
def test_what_is_taken_out_of_an_apology_is_named(taken_out: str, remark: tuple[str, str]) -> None:
    whole = APOLOGY.replace("today between", "on Wednesday between")
    assert taken_out in whole
    assert codes(whole.replace(taken_out, "")) == {remark}


@pytest.mark.parametrize(
    ("language", "said", "code"),
    [
        ("en", "I am sorry if you had to wait.", "if"),
        ("en", "I am sorry. But the part was late.", "but"),
        ("hr", "Žao nam je ako ste čekali.", "if"),
        ("hr", "Žao nam je. Međutim, dio je kasnio.", "but"),
        ("bs", "Izvinjavamo se, ali dio je kasnio.", "but"),
        ("sr-latn", "Žao nam je ukoliko ste čekali.", "if"),
        ("ms", "Saya mohon maaf jika anda menunggu.", "if"),
        ("ms", "Saya mohon maaf. Namun, alat ganti tiba lewat.", "but"),
    ],
)
def test_nothing_takes_an_apology_back(language: str, said: str, code: str) -> None:
    assert ("sorry", code) in codes(f"Ana Kovač,\n\n{said}", language=language)


def test_an_if_elsewhere_is_no_excuse() -> None:
    assert ("sorry", "if") not in codes("Ana Kovač,\n\nI am sorry. Just reply if you would rather choose the time.")


@pytest.mark.parametrize("left", ["‹Why is it later?›", "{reason}", "{{ ticket.subject }}", "{% debug %}"])
def test_what_is_still_to_be_filled_in_stops_a_message(left: str) -> None:
    found = check("delay_notice", "en", f"Hello Ana Kovač,\n\n{left}", FACTS)
    assert left in " ".join(remark.words for remark in stops(found) if remark.code == "unfilled")


def test_what_the_letter_tells_by_itself_need_not_stand_in_its_text() -> None:
    text = "Hello Ana Kovač,\n\nthe pump is being tested by Iva."
    facts = Facts("Ana Kovač", told_beside=frozenset({"next_date", "name"}))
    assert ("next_date", "no_next_date") in codes(text, purpose="progress_update", facts=Facts("Ana Kovač"))
    assert codes(text, purpose="progress_update", facts=facts) == set()


def test_too_many_words_are_a_hint_and_stop_nothing() -> None:
    found = check(
        "thank_you", "en", "Hello Ana Kovač,\n\nthank you. " + "Very much. " * 40 + "Marko", Facts("Ana Kovač")
    )
    assert [(remark.code, remark.severity) for remark in found] == [("too_long", Severity.HINT)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "by Thursday 16:00"), ("en", "26 November, 16:00"), ("hr", "do četvrtka u 16 sati"),
        ("hr", "26. studenoga 2026. u 16:00"), ("bs", "26. novembra u 16:00"), ("sr-latn", "do četvrtka u 16 časova"),
        ("ms", "Khamis, 26 November, 16:00"),
    ],
)  # fmt: skip
def test_a_moment_is_found_however_it_is_written(language: str, text: str) -> None:
    moment = zagreb("2026-11-26 16:00")
    assert is_told(text, moment, language=language, zone="Europe/Zagreb")
    assert not is_told(text.replace("16", "15"), moment, language=language, zone="Europe/Zagreb")


@pytest.mark.parametrize(
    ("text", "words", "sentences"),
    [
        ("Javljamo se do 26. studenoga 2026. u 12:00. Br. 5 je gotov.", 12, 2),
        ("En. Ahmad sudah menelefon. Terima kasih!", 6, 2),
        ("It is done.\n\n> What you wrote. Before.\n\nSee https://example.org/r/abc", 4, 2),
        ("Is it settled? [[link:answer_yes:satisfaction:88]]", 3, 1),
    ],
)
def test_words_and_sentences_are_counted_as_a_reader_would(text: str, words: int, sentences: int) -> None:
    assert (words_in(text), sentences_in(text)) == (words, sentences)

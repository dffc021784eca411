"""Answers as mail programs really write them, in the languages of our customers: what is new, and what repeats."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation

from mail import quoting

# In each sample the part below this line repeats.
CUT = "8<"
OURS = "City Services Desk <support+r.abcdefghijklmnopqrstuvwxyz@example.test>"

SAMPLES = {
    "Gmail, English": f"""\
It works again, thank you.

Ana
8<
On Thu, Nov 12, 2026 at 10:14 AM {OURS} wrote:

> - - - Write your answer above this line - - -
>
> We have ordered the part.
>
> Ivana""",
    "Gmail, English, its first line broken": """\
Still broken.
8<
On Thu, Nov 12, 2026 at 10:14 AM City Services Desk <
support+r.abcdefghijklmnopqrstuvwxyz@example.test> wrote:

> We have ordered the part.""",
    "Apple Mail, English": """\
Friday suits me.
8<
> On 12 Nov 2026, at 10:14, City Services Desk <support@example.test> wrote:
>
> Would Friday suit you?""",
    "iPhone, English": f"""\
Friday suits me.
8<
Sent from my iPhone

> On 12 Nov 2026, at 10:14, {OURS} wrote:
>
> Would Friday suit you?""",
    "Outlook desktop, English": f"""\
Dear all,
Friday suits me.

Best regards
Ana
8<
From: {OURS}
Sent: Thursday, November 12, 2026 10:14 AM
To: Ana Kovač <ana@example.test>
Subject: [T-1042] Printer does not print

- - - Write your answer above this line - - -

Would Friday suit you?""",
    "Outlook on the web, English": """\
Friday suits me.
8<
________________________________
From: City Services Desk <support@example.test>
Sent: Thursday, November 12, 2026 10:14 AM
To: Ana Kovač <ana@example.test>; Ben Kovač <ben@example.test>; The
 Accounts <accounts@example.test>
Subject: [T-1042] Printer does not print

Would Friday suit you?""",
    "Outlook on a telephone, English": """\
Friday suits me.
8<
Get Outlook for iOS
________________________________
From: City Services Desk <support@example.test>
Sent: Thursday, November 12, 2026 10:14:00 AM
To: Ana Kovač <ana@example.test>
Subject: [T-1042] Printer does not print

Would Friday suit you?""",
    "Outlook of long ago": """\
Friday suits me.
8<
-----Original Message-----
From: City Services Desk
Sent: Thursday, November 12, 2026 10:14 AM
Subject: [T-1042] Printer does not print

Would Friday suit you?""",
    "Thunderbird, English, with a signature": """\
It is the second floor.
8<
--
Ana Kovač
Kovač d.o.o., Zagreb
+385 1 555 0198

On 12/11/2026 10:14, City Services Desk wrote:
> On which floor is it?""",
    "Gmail, Croatian": f"""\
Odgovara mi petak.
8<
čet, 12. stu 2026. u 10:14 {OURS} napisao je:

> - - - Svoj odgovor napišite iznad ovog retka - - -
>
> Odgovara li Vam petak?""",
    "Gmail, Croatian, of either sex, broken": """\
Odgovara mi petak.

Lijep pozdrav
Ana
8<
čet, 12. stu 2026. u 10:14 City Services Desk <support@example.test>
napisao/la je:

> Odgovara li Vam petak?""",
    "Apple Mail, Croatian": """\
Odgovara mi petak.
8<
Dana 12. stu 2026., u 10:14, City Services Desk <support@example.test> je napisao/la:

Odgovara li Vam petak?""",
    "iPhone, Croatian": """\
Odgovara mi petak.
8<
Poslano s mog iPhonea

> Dana 12. stu 2026., u 10:14, City Services Desk <support@example.test> napisao/la je:
>
> Odgovara li Vam petak?""",
    "Thunderbird, Croatian": """\
Na drugom katu.
8<
Dana 12. 11. 2026. u 10:14, City Services Desk je napisao(la):
> Na kojem je to katu?""",
    "Outlook desktop, Croatian": """\
Poštovani,
pisač opet ne radi.

S poštovanjem,
Ana Kovač
8<
Šalje: City Services Desk <support@example.test>
Poslano: 12. studenoga 2026. 10:14
Prima: Ana Kovač <ana@example.test>
Predmet: [T-1042] Pisač ne ispisuje

Odgovara li Vam petak?""",
    "Outlook on a telephone, Croatian": """\
Pisač opet ne radi.
8<
Preuzmite Outlook za Android
________________________________
Od: City Services Desk <support@example.test>
Poslano: četvrtak, 12. studenoga 2026. 10:14:00
Prima: Ana Kovač <ana@example.test>
Predmet: [T-1042] Pisač ne ispisuje

Odgovara li Vam petak?""",
    "Yahoo, Croatian": """\
Odgovara mi petak.
8<
    U četvrtak, 12. studenoga 2026. u 10:14:00 CET, City Services Desk <support@example.test> napisao je:

 Odgovara li Vam petak?""",
    "a Samsung telephone, Croatian": """\
Odgovara mi petak.
8<
Poslano s mog Galaxyja

-------- Originalna poruka --------
Od: City Services Desk <support@example.test>
Datum: 12. 11. 2026. 10:14 (GMT+01:00)
Prima: ana@example.test
Predmet: [T-1042] Pisač ne ispisuje

Odgovara li Vam petak?""",
    "Proton, English": """\
Friday suits me.
8<
Sent with Proton Mail secure email.

On Thursday, November 12th, 2026 at 10:14 AM, City Services Desk <support@example.test> wrote:

> Would Friday suit you?""",
    "Outlook, English, with stars": """\
Friday suits me.
8<
*From:* City Services Desk <support@example.test>
*Sent:* Thursday, November 12, 2026 10:14 AM
*To:* Ana Kovač <ana@example.test>
*Subject:* [T-1042] Printer does not print

Would Friday suit you?""",
    "Gmail, Bosnian": """\
Još uvijek ne radi.
8<
čet, 12. nov 2026. u 10:14 City Services Desk <support@example.test> je napisao/la:

> Naručili smo dio.""",
    "Outlook, Bosnian": """\
Još uvijek ne radi.
8<
Od: City Services Desk <support@example.test>
Poslano: četvrtak, 12. novembar 2026. 10:14
Za: Ana Kovač <ana@example.test>
Predmet: [T-1042] Printer ne štampa

Naručili smo dio.""",
    "Gmail, Serbian in Latin letters": """\
I dalje ne radi.
8<
čet, 12. nov 2026. u 10:14 City Services Desk <support@example.test> je
napisao/la:

> Naručili smo deo.""",
    "Outlook, Serbian in Latin letters": """\
I dalje ne radi.
8<
Od: City Services Desk <support@example.test>
Poslato: četvrtak, 12. novembar 2026. 10:14
Za: Ana Kovač <ana@example.test>
Tema: [T-1042] Štampač ne štampa

Naručili smo deo.""",
    "iPhone, Serbian in Latin letters": """\
I dalje ne radi.
8<
Poslato sa mog iPhone-a

Dana 12. 11. 2026., u 10:14, City Services Desk <support@example.test> je napisao/la:

Naručili smo deo.""",
    "Gmail, Serbian in Cyrillic letters": """\
И даље не ради.
8<
чет, 12. нов 2026. у 10:14 City Services Desk <support@example.test> је написао/ла:

> Наручили смо део.""",
    "Outlook, Serbian in Cyrillic letters": """\
И даље не ради.
8<
Од: City Services Desk <support@example.test>
Послато: четвртак, 12. новембар 2026. 10:14
За: Ана Ковач <ana@example.test>
Тема: [T-1042] Штампач не штампа

Наручили смо део.""",
    "Gmail, Malay": f"""\
Masih rosak.
8<
Pada Kha, 12 Nov 2026 pada 10:14 PG {OURS} menulis:

> - - - Tulis jawapan anda di atas garis ini - - -
>
> Kami telah memesan alat ganti.""",
    "Apple Mail, Malay": """\
Masih rosak.
8<
Dihantar dari iPhone saya

> Pada 12 Nov 2026, pada 10:14 PG, City Services Desk <support@example.test> menulis:
>
> Kami telah memesan alat ganti.""",
    "Outlook, Malay": """\
Masih rosak.

Terima kasih
8<
Daripada: City Services Desk <support@example.test>
Dihantar: Khamis, 12 November 2026 10:14 PG
Kepada: Ana Kovač <ana@example.test>
Subjek: [T-1042] Pencetak rosak

Kami telah memesan alat ganti.""",
    "Outlook, German": """\
Freitag passt.
8<
Von: City Services Desk <support@example.test>
Gesendet: Donnerstag, 12. November 2026 10:14
An: Ana Kovač <ana@example.test>
Betreff: AW: [T-1042] Drucker druckt nicht

Passt Ihnen der Freitag?""",
    "Gmail, a language that nobody taught us": """\
Piątek mi odpowiada.
8<
W dniu czw., 12 lis 2026 o 10:14 City Services Desk <support@example.test>
napisał(a):

> Would Friday suit you?""",
    "Outlook, a language that nobody taught us, by our marker": """\
Piątek mi odpowiada.
8<
Od: City Services Desk <support@example.test>
Wysłane: czwartek, 12 listopada 2026 10:14
Do: Ana Kovač <ana@example.test>
Temat: [T-1042] Printer does not print

- - - Write your answer above this line - - -

Would Friday suit you?""",
    "a long conversation": """\
And now?
8<
On Thu, Nov 12, 2026 at 10:14 AM City Services Desk <support@example.test> wrote:

> Tomorrow.
>
> On Wed, Nov 11, 2026 at 9:00 AM Ana <ana@example.test> wrote:
>
>> When?
>>
>> > Soon.""",
    "a signature and nothing to repeat": """\
The lamp in Ilica 12 is dark.
8<
--
Ana Kovač, Zagreb""",
    "a telephone's signature alone": """\
Svjetiljka u Ilici 12 ne radi.
8<
Poslano s mog iPhonea""",
}

WHOLE = {
    "nothing to repeat": "The lamp in Ilica 12 is dark.\n\nBest regards\nAna\n\nPS: Please call before ten.",
    "answered below": """\
On Thu, Nov 12, 2026 at 10:14 AM City Services Desk <support@example.test> wrote:

> On which floor is it?

On the second.""",
    "answered between": """\
Hello, see below.

On Thu, Nov 12, 2026 at 10:14 AM City Services Desk <support@example.test> wrote:
> On which floor is it?
On the second.
> And when may we come?
On Friday.""",
    "answered between, below our marker": """\
Pozdrav, odgovori su niže.

čet, 12. stu 2026. u 10:14 City Services Desk <support@example.test> napisao je:
> - - - Svoj odgovor napišite iznad ovog retka - - -
>
> Na kojem je to katu?
Na drugom.""",
    "nothing but what repeats": """\
- - - Write your answer above this line - - -

We have ordered the part.""",
    "only a quotation": "> We have ordered the part.\n> Ivana",
    "a sentence that only looks like one of a mail program": """\
Hello,
On 12 November I wrote:
please mend the lamp.
Nobody has answered.""",
    "a list of what is broken": "Broken are\n\n- the lamp\n- the bell\n\n-- two things --\n\nPlease come.",
    "facts with labels": "This is about:\n\nDate: 12 November\nTo: Split\nFrom: Zagreb\n\nThe ticket was not valid.",
    "facts with Croatian labels": "Karta:\n\nOd: Zagreb\nDo: Split\nDatum: 12. 11. 2026.\n\nNije vrijedila.",
    "thanks in the middle": "Thank you, that helps.\n\nBest,\nbut there is more: the bell is broken, too.",
    "what the telephone adds, and more below it": "First thing.\n\nSent from my iPhone\n\nSecond thing.",
    "a forwarded mail, Gmail": """\
Please see below what they write.

---------- Forwarded message ---------
From: Landlord <landlord@example.test>
Date: Thu, Nov 12, 2026 at 10:14 AM
Subject: Your lamp
To: <ana@example.test>

It is not our lamp.""",
    "a forwarded mail, Apple Mail": """\
Please see below.

> Begin forwarded message:
>
> From: Landlord <landlord@example.test>
> Subject: Your lamp
> Date: 12 November 2026
>
> It is not our lamp.""",
    "a forwarded mail, Thunderbird, Croatian": """\
Molim pogledajte.

-------- Proslijeđena poruka --------
Predmet: Svjetiljka
Datum: Thu, 12 Nov 2026 10:14:00 +0100
Šalje: Stanodavac <landlord@example.test>
Prima: ana@example.test

Nije naša.""",
    "nothing": "",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_repeats_is_told_from_what_is_new(name):
    new, quoted = SAMPLES[name].split(f"\n{CUT}\n")
    at = quoting.quoted_from(f"{new}\n\n{quoted}")
    assert at is not None
    assert f"{new}\n\n{quoted}"[:at].rstrip() == new


@pytest.mark.parametrize("name", WHOLE)
def test_in_doubt_everything_stays_in_sight(name):
    assert quoting.quoted_from(WHOLE[name]) is None


def test_what_was_forwarded_is_what_the_mail_is_about():
    text = SAMPLES["Outlook desktop, English"].replace(f"{CUT}\n", "")
    assert quoting.quoted_from(text, "Re: Printer") is not None
    for subject in ("FW: Printer", "Fwd: Printer", "Proslj.: Pisač", "PROSLJ: Pisač", "Proslijeđeno: Pisač"):
        assert quoting.quoted_from(text, subject) is None, subject


def test_our_marker_is_known_in_every_language():
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            mark = quoting.marker()
        for came_back in (mark, f"> {mark}", f">> {mark} ", f"*{mark}*"):
            assert quoting.quoted_from(f"Yes.\n\n{came_back}\n> We ask.") == len("Yes.\n"), came_back
        assert len(mark) < 74, "mail programs break longer lines"

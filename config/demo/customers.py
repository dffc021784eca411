"""The people whom the demo company serves."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from config.demo.rows import Row, Rows
from people.actions.customers import folded, make
from people.folding import fold
from people.models import Customer
from people.terms import Channel, CustomerGroup

DOMAIN = "@example.test"

# Name, language, how to write to them, group. Nobody's form of address is guessed.
_BY_MAIL = [
    ("Ana Horvat", "hr", ""),
    ("Boris Kovač", "hr", ""),
    ("Jasmin Hodžić", "hr", ""),
    ("Samira Ahmad", "en", ""),
    ("Željka Vukojević-Šimunović", "hr", ""),
    ("David Lim", "en", ""),
    ("Nur Aisyah binti Rahman", "en", ""),
    ("Mirjana Šarić", "hr", ""),
    ("Luka Babić", "hr", ""),
    ("Ines Grgić", "hr", ""),
    ("Hasan Mujkić", "hr", ""),
    ("Tomislav Knežević", "hr", ""),
    ("Petra Jurić", "hr", ""),
    ("Siti Hajar Osman", "en", ""),
    ("Goran Lončar", "hr", ""),
    ("Josip Vidović", "hr", ""),
    ("Amra Delić", "hr", ""),
    ("Lucija Matić", "hr", ""),
    ("Emir Begić", "hr", ""),
    ("Margaret Featherstonehaugh-Cholmondeley", "en", "Dr"),
    ("Đurđica Đurđević", "hr", ""),
    ("Vjekoslav Čučković", "hr", ""),
    ("Ljubica Njegovan", "hr", ""),
    ("Dragana Stojiljković", "hr", ""),
    ("Nemanja Živanović", "hr", ""),
    ("Miloš Petrović", "hr", ""),
    ("Zoran Ćosić", "hr", ""),
    ("Snežana Đorđević", "hr", ""),
    ("Muhammad Hafiz bin Abdullah", "en", "Encik"),
    ("Wan Nurul Izzati binti Wan Ahmad", "en", "Cik"),
    ("James O'Connor", "en", ""),
    ("Sarah Whitfield", "en", ""),
    ("Chloë Beauchamp", "en", ""),
    ("Oliver Grant", "en", ""),
    ("Marija Magdalena Tomašević Radovanović", "hr", ""),
    ("Stjepan Žganec", "hr", ""),
    ("Ivona Šćepanović", "hr", ""),
    ("Krešimir Župančić", "hr", ""),
    ("Katarina Zrinski-Frankopan", "hr", ""),
    ("Adnan Šehić", "hr", ""),
    ("Lejla Hadžiahmetović", "hr", ""),
    ("Tena Crnković", "hr", ""),
    ("Filip Rašić", "hr", ""),
    ("Vesna Ožbolt", "hr", ""),
]
_COMPANIES = [
    ("Kavana Ilica d.o.o.", "hr"),
    ("Adria Print & Copy", "en"),
    ("Stambena zajednica Savska 41", "hr"),
]
_BY_PHONE = [
    ("Slavko Horvatić", "hr"),
    ("Nada Blažević", "hr"),
    ("Ankica Jurišić-Golubović", "hr"),
    ("Franjo Puž", "hr"),
    ("Edith Marsh", "en"),
]
COUNT = len(_BY_MAIL) + len(_COMPANIES) + len(_BY_PHONE)


def make_all() -> list[Customer]:
    """The customers of the demo: most by e-mail, some only by phone, three of them companies."""
    made = [
        make(
            name=name,
            email=address(name),
            phone=_phone(number) if number % 2 else "",
            form_of_address=form,
            language=language,
        )
        for number, (name, language, form) in enumerate(_BY_MAIL)
    ]
    made += [
        make(name=name, email=address(name), language=language, group=CustomerGroup.BUSINESS)
        for name, language in _COMPANIES
    ]
    return made + [
        make(name=name, phone=_phone(number), language=language)
        for number, (name, language) in enumerate(_BY_PHONE, start=60)
    ]


def address(name: str, number: int | None = None) -> str:
    """An e-mail made of a name: "Đurđica Šarić" has djurdjica.saric@example.test."""
    plain = "".join(letter if letter.isalnum() else " " for letter in fold(name))
    return ".".join(plain.split()) + (f".{number}" if number is not None else "") + DOMAIN


def _phone(number: int) -> str:
    return f"+385 1 555 0{100 + number:03d}"


_FIRST = [name.split()[0] for name, _language, _form in _BY_MAIL]
_LAST = [name.split()[-1] for name, _language, _form in _BY_MAIL]


def make_many(count: int, rows: Rows, rng: Random, *, after: int) -> list[Row]:
    """Customers by the thousand, numbered on from `after` so that every address is new."""
    return [_one(rows.add, rng, after + number) for number in range(1, count + 1)]


def _one(add: Callable[..., Row], rng: Random, number: int) -> Row:
    name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    email, phone = address(name, number), _phone(number % 900)
    return add(
        Customer,
        name=name,
        email=email,
        phone=phone,
        language=rng.choice(("hr", "hr", "hr", "en")),
        channel=str(Channel.MAIL),
        group=str(CustomerGroup.STANDARD),
        folded=folded(name, email, phone),
    )

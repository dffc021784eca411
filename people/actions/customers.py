"""The people we promise to: making and changing them."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from people.folding import fold
from people.models import Customer, Organisation
from people.terms import Channel, CustomerGroup
from people.zones import check_zone


@transaction.atomic
def make(
    *,
    name: str,
    email: str = "",
    phone: str = "",
    form_of_address: str = "",
    language: str = "",
    zone: str = "",
    channel: str = "",
    group: str = CustomerGroup.STANDARD,
) -> Customer:
    """A customer who can be reached by e-mail or by phone.

    Without a language they get the organisation's, without a channel the one we can reach them by.
    Refused when somebody has this e-mail, in whatever case.
    """
    customer = Customer(
        form_of_address=form_of_address.strip(),
        language=language or Organisation.objects.the().language,
        zone=zone,
        channel=channel or (Channel.MAIL if email.strip() else Channel.PHONE),
        group=group,
    )
    return _save(customer, name, email, phone)


@transaction.atomic
def change(
    customer: Customer,
    *,
    name: str,
    email: str,
    phone: str,
    form_of_address: str,
    language: str,
    zone: str,
    channel: str,
    group: str,
    nothing_unasked_because: str,
) -> Customer:
    """`customer` with these values. With a reason for it, nothing leaves to them that they have not asked for."""
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    customer.form_of_address, customer.language, customer.zone = form_of_address.strip(), language, zone
    customer.channel, customer.group = channel, group
    customer.nothing_unasked_because = nothing_unasked_because.strip()
    return _save(customer, name, email, phone)


@transaction.atomic
def can_be_called(customer: Customer, phone: str) -> Customer:
    """`customer` with the number on which they are called; one that is known already stays."""
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if customer.phone:
        return customer
    return _save(customer, customer.name, customer.email, phone)


@transaction.atomic
def choose(customer: Customer, *, channel: str, news_only_when_solved: bool) -> Customer:
    """`customer` with the channel and the news that they chose themselves.

    Refused where no address or number is known for it.
    """
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    customer.channel, customer.news_only_when_solved = channel, news_only_when_solved
    return _save(customer, customer.name, customer.email, customer.phone)


def folded(name: str, email: str, phone: str) -> str:
    """What the search of customers looks through; the phone number also without its spaces."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    return fold(" ".join([name, email, phone, digits])).strip()[:400]


def _save(customer: Customer, name: str, email: str, phone: str) -> Customer:
    customer.name, customer.email, customer.phone = name.strip(), email.strip(), phone.strip()
    if not customer.email and not customer.phone:
        raise ValidationError(_("Write an e-mail or a phone number, so that we can answer."))
    if customer.channel == Channel.MAIL and not customer.email:
        raise ValidationError({"channel": _("There is no e-mail. Choose another way to answer, or write one.")})
    if customer.channel in {Channel.PHONE, Channel.SMS} and not customer.phone:
        raise ValidationError({"channel": _("There is no phone number. Choose another way to answer, or write one.")})
    if customer.zone:
        check_zone(customer.zone)
    customer.folded = folded(customer.name, customer.email, customer.phone)
    customer.full_clean(validate_unique=False, validate_constraints=False)
    _refuse_taken(customer)
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError:
        # Somebody else was quicker by a moment.
        _refuse_taken(customer)
        raise
    return customer


def _refuse_taken(customer: Customer) -> None:
    if not customer.email:
        return
    # Spelled like the unique index, so that the index answers.
    with_email = Customer.objects.exclude(email="").alias(lower=Lower("email"))
    other = with_email.filter(lower=customer.email.lower()).exclude(pk=customer.pk).first()
    if other is not None:
        raise ValidationError({"email": _("%(name)s has this e-mail already.") % {"name": other.name}})

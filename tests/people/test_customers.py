import pytest
from django.core.exceptions import ValidationError

from people.actions import customers
from people.models import Customer
from people.terms import Channel
from tests import make

pytestmark = pytest.mark.django_db


def test_an_email_belongs_to_one_customer_whatever_its_case():
    make.customer(name="Ana Horvat", email="ana@example.test")
    with pytest.raises(ValidationError, match="Ana Horvat has this e-mail already"):
        make.customer(email="ANA@Example.test")


def test_two_customers_may_be_without_email():
    make.customer(email="", phone="01 555 0100")
    assert make.customer(email="", phone="01 555 0100").channel == Channel.PHONE


def test_a_customer_can_be_reached():
    with pytest.raises(ValidationError, match="so that we can answer"):
        make.customer(email="", phone=" ")
    with pytest.raises(ValidationError, match="no phone number"):
        make.customer(channel=Channel.PHONE)


@pytest.mark.parametrize("words", ["šarić", "saric djurdjica", "ĐURĐICA", "5550100", "01 555", "durdica@"])
def test_a_customer_is_found_without_accents_and_without_spaces_in_the_number(words: str):
    customer = make.customer(name="Đurđica Šarić", email="durdica@example.test", phone="01 555 0100")
    make.customer(name="Ana Horvat")
    assert list(Customer.objects.search(words)) == [customer]


def test_a_changed_customer_is_found_by_the_new_name_only():
    customer = make.customer(name="Ana Horvat")
    fields = ("email", "phone", "form_of_address", "language", "zone", "channel", "group", "nothing_unasked_because")
    customers.change(customer, name="Ana Kovač", **{field: getattr(customer, field) for field in fields})
    assert Customer.objects.search("kovac").get() == customer
    assert not Customer.objects.search("horvat").exists()


def test_a_customer_without_a_language_gets_that_of_the_organisation():
    make.organisation(language="hr")
    assert make.customer().language == "hr"

"""The demo company, founded once for each module that asks for it."""

import pytest
from django.db import transaction

from config.demo.company import Company
from config.management.commands.load_demo import found
from tests.config.demo.scenes import MONDAY


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker):
    """The demo company without any ticket."""
    with django_db_blocker.unblock(), transaction.atomic():
        found(MONDAY)
        yield Company.read()
        transaction.set_rollback(True)

"""What tickets are about."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from standards.models import Category


@transaction.atomic
def make(*, name: str) -> Category:
    """A category that new tickets may get."""
    return _save(Category(), name=name, active=True, check_in=False)


@transaction.atomic
def change(category: Category, *, name: str, active: bool, check_in: bool) -> Category:
    """`category` with these values; one that is not active stays on the tickets that have it."""
    known = Category.objects.select_for_update(no_key=True).get(pk=category.pk)
    return _save(known, name=name, active=active, check_in=check_in)


def _save(category: Category, *, name: str, active: bool, check_in: bool) -> Category:
    category.name, category.active, category.check_in = name.strip(), active, check_in
    category.full_clean(validate_unique=False)
    if Category.objects.filter(name__iexact=category.name).exclude(pk=category.pk).exists():
        raise ValidationError({"name": _("There is a category with this name already.")})
    category.save()
    return category

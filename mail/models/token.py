from django.db import models
from django.db.models import Q


class Token(models.Model):
    """A secret that stands in a link or a reply address; only its hash is kept.

    `about` is opaque here ("ticket:1042", "satisfaction:88"): the floor that gave it resolves it.
    """

    purpose = models.CharField(max_length=40)
    recipient = models.EmailField(blank=True)
    about = models.CharField(max_length=80)
    sha256 = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="token_by_about", fields=["about"], condition=Q(revoked_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.about}"

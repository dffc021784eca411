from django.db import models


class Heartbeat(models.Model):
    """When something that runs by itself last did: "worker", "tick"."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"

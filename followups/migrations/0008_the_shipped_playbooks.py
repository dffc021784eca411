from django.db import migrations
from django.utils import timezone

from followups.shipped import SHIPPED


def write_down(apps, schema_editor):
    """Each organisation begins with the shipped playbooks, also the one that was set up before playbooks were data."""
    playbooks, versions, steps = (
        apps.get_model("followups", name) for name in ("Playbook", "PlaybookVersion", "PlaybookStep")
    )
    now = timezone.now()
    for shipped in SHIPPED:
        playbook = playbooks.objects.create(code=shipped.code)
        version = versions.objects.create(playbook=playbook, number=1, trigger=shipped.trigger, made_at=now)
        steps.objects.bulk_create(
            steps(version=version, **step.fields(position)) for position, step in enumerate(shipped.steps, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("followups", "0007_playbooks_as_data")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]

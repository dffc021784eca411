from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standards", "0002_forecast")]

    operations = [
        migrations.AddField(
            model_name="standardversion",
            name="needed_because",
            field=models.CharField(
                blank=True, default="", max_length=400, verbose_name="How we know that customers need it"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="standardversion",
            name="legal_basis",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="The law it follows"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="standardversion",
            name="legal_advice",
            field=models.CharField(
                blank=True, default="", max_length=200, verbose_name="Who checked it against the law, and when"
            ),
            preserve_default=False,
        ),
    ]

"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from omakase_service.experiments.contracts import ExperimentState

LONGEST_NAME = 100
"""Characters of the name of an experiment, a layer, a variant or a metric."""


class Experiment(models.Model):
    """An experiment. Its name is its salt, and is never used again."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME, primary_key=True)
    state = models.CharField(
        _("state"),
        max_length=20,
        default=ExperimentState.DRAFT,
        choices=[(state.value, state.value) for state in ExperimentState],
        db_index=True,
    )
    place = models.CharField(_("placement"), max_length=255)
    design = models.JSONField(_("design"))
    layer = models.CharField(_("layer"), max_length=LONGEST_NAME, blank=True, default="")
    layer_start = models.FloatField(_("start within the layer"), default=0.0)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    started = models.DateTimeField(_("started"), null=True, blank=True)
    ended = models.DateTimeField(_("ended"), null=True, blank=True)
    winner = models.CharField(_("winner"), max_length=LONGEST_NAME, blank=True, default="")

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        ordering = ("-created",)

    def __str__(self) -> str:
        return self.name


class Exposure(models.Model):
    """Somebody was shown a list of an experiment, for the first time."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, verbose_name=_("experiment"))
    unit_id = models.CharField(_("user or session"), max_length=255)
    variant = models.CharField(_("variant"), max_length=LONGEST_NAME)
    user_id = models.CharField(_("user"), max_length=255, blank=True, default="", db_index=True)
    session_id = models.CharField(
        _("session"), max_length=255, blank=True, default="", db_index=True
    )
    time = models.BigIntegerField(_("time"), help_text=_("Unix seconds"))

    class Meta:
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        constraints = (
            models.UniqueConstraint(fields=["experiment", "unit_id"], name="omakase_exposed_once"),
        )
        indexes = (models.Index(fields=["experiment", "variant"], name="omakase_exposed_variant"),)

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.variant}"


class Measurement(models.Model):
    """What one exposed unit did by one metric, so far."""

    exposure = models.ForeignKey(Exposure, models.CASCADE, verbose_name=_("exposure"))
    metric = models.CharField(_("metric"), max_length=LONGEST_NAME)
    amount = models.FloatField(_("amount"), default=0.0)
    base = models.FloatField(_("denominator"), default=0.0)

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = (
            models.UniqueConstraint(fields=["exposure", "metric"], name="omakase_measured_once"),
        )

    def __str__(self) -> str:
        return f"{self.metric} {self.amount}"


class DailyFigure(models.Model):
    """What a day added to the counts and sums of a variant by a metric; "" counts the exposed."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, verbose_name=_("experiment"))
    day = models.DateField(_("day"))
    variant = models.CharField(_("variant"), max_length=LONGEST_NAME)
    metric = models.CharField(_("metric"), max_length=LONGEST_NAME, blank=True, default="")
    units = models.BigIntegerField(_("exposed"), default=0)
    first = models.FloatField(default=0.0)
    second = models.FloatField(default=0.0)
    first_squares = models.FloatField(default=0.0)
    second_squares = models.FloatField(default=0.0)
    products = models.FloatField(default=0.0)

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        constraints = (
            models.UniqueConstraint(
                fields=["experiment", "day", "variant", "metric"], name="omakase_figure_of_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.day} {self.variant} {self.metric}"


class CollectionCursor(models.Model):
    """One row: how far answers and outcomes were looked through for experiments."""

    answers = models.BigIntegerField(default=0)
    outcomes = models.BigIntegerField(default=0)

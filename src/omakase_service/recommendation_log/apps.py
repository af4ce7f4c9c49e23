"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnswersConfig(AppConfig):
    """The log of answers."""

    name = "omakase_service.recommendation_log"
    label = "omakase_answers"
    verbose_name = _("Answers")

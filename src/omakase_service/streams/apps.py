"""Django's name for this app."""

from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StreamsConfig(AppConfig):
    """Events in from a broker, and events and answers out to others."""

    name = "omakase_service.streams"
    label = "omakase_streams"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Streams")

    def ready(self) -> None:
        """Offer figures of the streams, and forget and export a person with the others."""
        from omakase_service.platform.aged_rows import aged_pruner
        from omakase_service.platform.registry import (
            LogReader,
            erasers,
            exporters,
            gauges,
            log_readers,
            pruners,
        )
        from omakase_service.streams import selectors
        from omakase_service.streams.models import DeadLetter
        from omakase_service.streams.services import erase_letters
        from omakase_settings import settings

        erasers.register("dead_letters", erase_letters)
        exporters.register("dead_letters", selectors.export_letters)
        for topic in ("events", "answers"):
            position = partial(selectors.sent_position, topic)
            log_readers.register(f"outbox of {topic}", LogReader(topic, position))
        days = lambda: settings().retention.dead_letters_days  # noqa: E731
        pruners.register(
            "dead_letters", aged_pruner("dead letters", days, DeadLetter.objects.all, "created")
        )
        gauges.register(
            "omakase_stream_lag", ("Messages that wait in brokers", selectors.inbound_lag)
        )
        gauges.register(
            "omakase_outbox_lag", ("Events and answers that wait to go out", selectors.outbound_lag)
        )
        gauges.register(
            "omakase_dead_letters", ("Messages that could not be stored", selectors.letters_number)
        )

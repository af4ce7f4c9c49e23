"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StreamsConfig(AppConfig):
    """Events in from a broker, and events and answers out to others."""

    name = "omakase_service.streams"
    label = "omakase_streams"
    verbose_name = _("Streams")

    def ready(self) -> None:
        """Offer figures of the streams, and forget and export a person with the others."""
        from omakase_service.platform.registry import erasers, exporters, gauges
        from omakase_service.streams import selectors
        from omakase_service.streams.services import erase_letters

        erasers.register("dead_letters", erase_letters)
        exporters.register("dead_letters", selectors.export_letters)
        gauges.register(
            "omakase_stream_lag", ("Messages that wait in brokers", selectors.inbound_lag)
        )
        gauges.register(
            "omakase_outbox_lag", ("Events and answers that wait to go out", selectors.outbound_lag)
        )
        gauges.register(
            "omakase_dead_letters", ("Messages that could not be stored", selectors.letters_number)
        )

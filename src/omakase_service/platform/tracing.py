"""Traces by OpenTelemetry, where the setting tracing.endpoint names a collector; else nothing.

Without it nothing of OpenTelemetry is imported, and every span is one object that does nothing.
With it each process sends what it measured over OTLP/HTTP, behind the requests. Nothing that names
a person goes into a span: no ids, no addresses, no values of a query, no text of an error.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from typing import Any, TypeVar

from django.core.exceptions import SynchronousOnlyOperation
from django.http import HttpResponse

from omakase_service.platform.nonblocking import WouldBlock
from omakase_service.platform.requests import ServiceRequest
from omakase_settings import Settings, settings

Value = str | int | float | bool
T = TypeVar("T")
NEEDS = "tracing.endpoint needs the extra: pip install omakase-recsys[otel]"
FLUSH_MILLISECONDS = 5_000
PATH = "/v1/traces"
AGAIN = (WouldBlock, SynchronousOnlyOperation)
"""What is raised is done once more, elsewhere: the first attempt tells nothing."""

TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE|TABLE)\s+"?(\w+)', re.IGNORECASE)


class NoTracer:
    """A span where there are none."""

    def set(self, **said: Value) -> None:
        """Say nothing."""


class SpanRecorder:
    """A span that is under way."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def set(self, **said: Value) -> None:
        """Say what is known now; never anything that names a person."""
        self._span.set_attributes({f"omakase.{name}": value for name, value in said.items()})


class NoExporter(AbstractContextManager[NoTracer]):
    """Around what nobody measures."""

    def __enter__(self) -> NoTracer:
        return NOTHING

    def __exit__(self, *raised: object) -> None:
        return None


NOTHING, SILENCE = NoTracer(), NoExporter()
_provider: Any = None
_tracer: Any = None


def require_packages(settings: Settings) -> None:
    """OpenTelemetry is there where it is asked for.

    Raises:
        ValueError: it is not.
    """
    if settings.tracing.endpoint is not None and find_spec("opentelemetry") is None:
        raise ValueError(NEEDS)


def begin() -> None:
    """Measure from now on, in this process, where the settings say so. After a fork."""
    global _provider, _tracer
    rules = settings().tracing
    if rules.endpoint is None or _tracer is not None:
        return
    from django.db.backends.signals import connection_created
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    _provider = TracerProvider(
        resource=Resource.create({"service.name": rules.service}),
        sampler=ParentBased(TraceIdRatioBased(rules.share)),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(endpoint=address_of(rules.endpoint))
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = _provider.get_tracer("omakase")
    connection_created.connect(watch_connection, dispatch_uid="omakase.tracing")


def end() -> None:
    """Send what was measured, and measure no more."""
    global _provider, _tracer
    if _provider is not None:
        _provider.force_flush(FLUSH_MILLISECONDS)
        _provider.shutdown()
    _provider = _tracer = None


def address_of(endpoint: str) -> str:
    """Where spans are sent: the collector's address with the path that OTLP gives them."""
    return endpoint if endpoint.rstrip("/").endswith(PATH) else endpoint.rstrip("/") + PATH


def span(name: str, **said: Value) -> AbstractContextManager[NoTracer | SpanRecorder]:
    """Around a piece of work: how long it took, within what it is part of."""
    return SILENCE if _tracer is None else _span(name, said)


def steps(work: Iterable[tuple[str, T]]) -> Iterable[tuple[str, T]]:
    """The same steps of some work that is measured; each becomes a span that has its name."""
    return _steps(work) if ids() else work


def begin_span(request: ServiceRequest) -> None:
    """Begin the span of a request, within the trace that its caller names, if any."""
    if _tracer is None:
        return
    from opentelemetry import context
    from opentelemetry.trace import SpanKind, set_span_in_context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {"traceparent": request.headers.get("traceparent", "")}
    outside = TraceContextTextMapPropagator().extract(carrier, context.Context())
    request.span = _tracer.start_span(
        str(request.method),
        context=outside,
        kind=SpanKind.SERVER,
        attributes={"http.request.method": str(request.method)},
    )
    request.tracing = context.attach(set_span_in_context(request.span, outside))


def end_span(request: ServiceRequest, response: HttpResponse) -> None:
    """End the span of a request; it is called by its route, never by what stood in its place."""
    span = getattr(request, "span", None)
    if span is None:
        return
    from opentelemetry import context
    from opentelemetry.trace import StatusCode

    route = f"/{request.resolver_match.route}" if request.resolver_match else ""
    span.update_name(f"{request.method} {route}".strip())
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", response.status_code)
    if response.status_code >= 500:
        span.set_status(StatusCode.ERROR)
    context.detach(request.tracing)
    span.end()


def ids() -> dict[str, str]:
    """Of the trace and the span that a line of the log belongs to; nothing where there is none."""
    if _tracer is None:
        return {}
    from opentelemetry.trace import get_current_span

    span_context = get_current_span().get_span_context()
    if not span_context.is_valid:
        return {}
    return {"trace_id": f"{span_context.trace_id:032x}", "span_id": f"{span_context.span_id:016x}"}


@contextmanager
def _span(name: str, said: dict[str, Value]) -> Iterator[SpanRecorder]:
    from opentelemetry.trace import StatusCode, use_span

    span = _tracer.start_span(name)
    recorder = SpanRecorder(span)
    recorder.set(**said)
    try:
        with use_span(span, record_exception=False, set_status_on_exception=False):
            yield recorder
    except AGAIN:
        raise
    except Exception as error:
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(StatusCode.ERROR)
        span.end()
        raise
    span.end()


def _steps(work: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    begun = time.time_ns()
    for name, stage in work:
        _tracer.start_span(name, start_time=begun).end()
        yield name, stage
        begun = time.time_ns()


def watch_connection(connection: Any, **more: Any) -> None:
    """From now on the queries of a connection are measured."""
    if query_wrapper not in connection.execute_wrappers:
        connection.execute_wrappers.append(query_wrapper)


def query_wrapper(execute: Callable[..., T], sql: str, params: Any, many: bool, context: Any) -> T:
    """A query of something that is measured; of what nobody asked for there is no trace."""
    if not ids():
        return execute(sql, params, many, context)
    attributes = {
        "db.system.name": context["connection"].vendor,
        "db.operation.name": operation(sql),
    }
    with _span(statement_summary(sql), {}) as recorder:
        recorder._span.set_attributes(attributes)
        return execute(sql, params, many, context)


def operation(sql: str) -> str:
    """SELECT, INSERT, …"""
    return (sql.split(None, 1) or [""])[0].upper()


def statement_summary(sql: str) -> str:
    """The operation and its table; nothing of what is asked for."""
    table = TABLE.search(sql)
    return f"{operation(sql)} {table[1]}" if table else operation(sql)

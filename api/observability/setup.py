"""Makes the instruments that the settings ask for: Prometheus, OpenTelemetry, both or neither.

Each needs an optional package, which is imported only if it is asked for.
"""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from api.observability.instrument import Instrument
from api.settings import Settings


class Missing(Exception):
    """A setting asks for a package that is not installed; the message says how to get it."""


_PACKAGES: Mapping[str, Sequence[str]] = {
    "metrics": ("prometheus_client",),
    "traces": ("opentelemetry", "opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"),
}


def check_packages(settings: Settings) -> None:
    """Checks that the packages are installed that the settings need. Raises Missing."""
    for name, packages in _PACKAGES.items():
        if getattr(settings, name) and not all(map(_is_there, packages)):
            raise Missing(
                f"--{name} needs packages that are not installed: "
                f".venv/bin/pip install --editable '.[{name}]'"
            )


def _is_there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def make_instruments(settings: Settings) -> Sequence[Instrument]:
    """The instruments that the settings ask for. Raises Missing."""
    check_packages(settings)
    found: list[Instrument] = []
    if settings.metrics:
        from api.observability.metrics import Metrics

        found.append(Metrics())
    if settings.traces:
        from api.observability.tracing import Tracing

        found.append(Tracing())
    return found

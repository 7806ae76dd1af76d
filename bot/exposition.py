"""The metrics, as Prometheus reads them. Imported only where somebody may ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.measures import BOUNDS, Measures, Spread
from bot.storage.census import Census


class Exposition:
    """Writes the counts of one app, in a registry of its own."""

    def __init__(self, measures: Measures) -> None:
        self._registry = CollectorRegistry()
        self._counts = _Counts(measures)
        self._registry.register(self._counts)
        ProcessCollector(registry=self._registry)

    def text(self, parts: Mapping[str, bool], census: Census | None, now: int) -> bytes:
        """Return all metrics. ``parts``: which work; ``now``: milliseconds since 1970.

        Without a census, as where the database does not answer, what it would tell is left out.
        """
        self._counts.parts, self._counts.census, self._counts.now = parts, census, now
        return generate_latest(self._registry)


class _Counts(Collector):
    """Gives what was counted as it is when somebody asks."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        self.parts: Mapping[str, bool] = {}
        self.census: Census | None = None
        self.now = 0

    def collect(self) -> Iterable[Metric]:
        """Yield every family."""
        info = GaugeMetricFamily("switchboard_info", "The version that runs.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        yield from self._interactions()
        yield from self._calls()
        parts = GaugeMetricFamily(
            "switchboard_part_ok", "Whether a part works, as in /readyz.", labels=["part"]
        )
        for name, ok in self.parts.items():
            parts.add_metric([name], ok)
        yield parts
        if self.census is not None:
            yield from self._jobs(self.census)

    def _interactions(self) -> Iterator[Metric]:
        measures = self._measures
        total = CounterMetricFamily(
            "switchboard_interactions",
            "What people did that is over, and how it ended.",
            labels=["kind", "command", "outcome"],
        )
        for (kind, name, ending), count in measures.interactions.items():
            total.add_metric([kind, name, ending], count)
        yield total
        yield _histogram(
            "switchboard_interaction_first_answer_seconds",
            "Until Discord had a first answer, if only a promise; by the first word of the command.",
            ["kind", "command"],
            measures.first_answers,
        )
        yield _histogram(
            "switchboard_interaction_seconds",
            "Until all was done; by the first word of the command.",
            ["kind", "command"],
            measures.wholes,
        )

    def _calls(self) -> Iterator[Metric]:
        measures = self._measures
        total = CounterMetricFamily(
            "switchboard_upstream_calls",
            "Requests to upstreams, tries again included, by HTTP status or what happened instead.",
            labels=["service", "status"],
        )
        for (provider, ended), count in measures.calls.items():
            total.add_metric([provider, ended], count)
        yield total
        yield _histogram(
            "switchboard_upstream_call_seconds",
            "How long requests to upstreams took.",
            ["service"],
            {(provider,): spread for provider, spread in measures.call_times.items()},
        )

    def _jobs(self, census: Census) -> Iterator[Metric]:
        states = GaugeMetricFamily(
            "switchboard_jobs", "Jobs of Pika and Midjourney that are not finished.", labels=["state"]
        )
        for state, count in census.by_state.items():
            states.add_metric([state], count)
        yield states
        ages = {
            "switchboard_job_queue_age_seconds": ("How long a job waits at most.", census.waiting_since),
            "switchboard_job_overdue_seconds": ("For how long a job is due at most.", census.due_since),
        }
        for name, (meaning, since) in ages.items():
            age = 0 if since is None else max(0, self.now - since)
            yield GaugeMetricFamily(name, meaning, value=age / 1000)


def _histogram(
    name: str, meaning: str, labels: Sequence[str], spreads: Mapping[tuple[str, ...], Spread]
) -> Metric:
    family = HistogramMetricFamily(name, meaning, labels=labels)
    bounds = [*(str(bound) for bound in BOUNDS), "+Inf"]
    for values, spread in spreads.items():
        buckets = [
            (bound, float(count)) for bound, count in zip(bounds, accumulate(spread.counts), strict=True)
        ]
        family.add_metric(values, buckets, spread.total)
    return family

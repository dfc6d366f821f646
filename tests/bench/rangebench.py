# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pulls a range in several ways, each alone on an emulator of its own, and compares what they got with
what was there, and how long it took with how long it must take."""

import datetime
import math
import time
from typing import NamedTuple

import chart
import child
import contenders
from contenders import WINDOW_S, Range
from emulator import STREAM, Emulator

IMAGE_BYTES = 8192
# Images in a reply, and a second of a stream's images by the service's quota, which it grants at once
# to a client that has not asked for a second.
PAGE_SIZE = 25
IMAGES_PER_SECOND = 500
# Long enough ago that nothing is waited for.
AGE_S = 2 * 3600


class Case(NamedTuple):
    """What is pulled, and from where: times in ms, except for the length of the range."""

    interval_ms: int
    fragment_ms: int
    range_s: int
    latency_ms: int

    @property
    def n_samples(self):
        return math.ceil(self.range_s * 1000 / self.interval_ms)

    def compute_floor(self, concurrency):
        """The least time in seconds that this can take, from the answer of GetDataEndpoint on."""
        n_calls = max(math.ceil(self.n_samples / PAGE_SIZE), math.ceil(self.range_s / WINDOW_S))
        by_calls = n_calls * self.latency_ms / 1000 / concurrency
        by_quota = (self.n_samples - IMAGES_PER_SECOND) / IMAGES_PER_SECOND
        return max(by_calls, by_quota)


class Outcome(NamedTuple):
    """How one way to pull has done; times in seconds."""

    time_s: float
    first_s: float
    images: int
    requests: int
    refused: int
    recovered: int
    wasted: int
    peak_memory_kb: int
    cpu_s: float


def _start_emulator(case, start_s):
    # The range begins, as any does by chance, in the middle of a fragment, and so does each window.
    fragment_s = case.fragment_ms / 1000
    before_s = 10.5 * fragment_s
    duration_s = before_s + case.range_s + 10 * fragment_s
    return Emulator(
        f'--stream={STREAM}=prepared:{IMAGE_BYTES},start={start_s - before_s:.3f},'
        f'duration={duration_s:.3f},fragment={fragment_s:.3f}',
        f'--fault=*:*:latency={case.latency_ms}ms', '--quota=on', clock=None)


def _get_endpoint_time_s(emulator, case):
    """When GetDataEndpoint was answered. The log has when the answer was decided."""
    decided = emulator.read_log('GetDataEndpoint')[0]['time']
    time_s = datetime.datetime.fromisoformat(decided.replace('Z', '+00:00')).timestamp()
    return time_s + case.latency_ms / 1000


def _read_outcome(emulator, case, measurement):
    result = measurement.result
    if not result['images']:
        raise RuntimeError('Not one image came')
    begin_s = _get_endpoint_time_s(emulator, case)
    log = emulator.read_log('GetImages')
    return Outcome(
        time_s=result['last'] - begin_s,
        first_s=result['first'] - begin_s,
        images=result['images'],
        requests=len(log),
        refused=sum(entry['status'] != 200 for entry in log),
        recovered=result.get('stats', {}).get('images-recovered', 0),
        wasted=sum(entry['images'] for entry in log) - result['images'],
        peak_memory_kb=measurement.peak_memory_kb,
        cpu_s=measurement.cpu_s)


def measure(contender, case):
    """Lets one pull the range of a case."""
    start_s = int(time.time()) - AGE_S - case.range_s
    what = Range(start_s, start_s + case.range_s, case.interval_ms)
    emulator = _start_emulator(case, start_s)
    try:
        measurement = child.run(contender.make_command(emulator.url, what),
                                contenders.make_environment())
        return _read_outcome(emulator, case, measurement)
    finally:
        emulator.stop()


COLUMNS = (('every', 6), ('fragment', 8), ('client', 15), ('time', 8), ('floor', 8), ('of floor', 8),
           ('images/s', 8), ('images', 6), ('missed', 6), ('requests', 8), ('refused', 7),
           ('recovered', 9), ('wasted', 6), ('first', 6), ('memory', 6), ('CPU', 7))


def _format_ms(time_ms):
    return f'{time_ms} ms' if time_ms % 1000 else f'{time_ms // 1000} s'


def _format_outcome(contender, case, outcome):
    floor_s = case.compute_floor(contender.concurrency)
    rate = outcome.images / outcome.time_s
    floor_rate = case.n_samples / floor_s
    return [
        _format_ms(case.interval_ms),
        _format_ms(case.fragment_ms),
        contender.name,
        f'{outcome.time_s:.2f} s',
        f'{floor_s:.2f} s',
        f'{100 * rate / floor_rate:.0f} %',
        f'{rate:.1f}',
        str(outcome.images),
        str(case.n_samples - outcome.images),
        str(outcome.requests),
        str(outcome.refused),
        str(outcome.recovered),
        str(outcome.wasted),
        f'{1000 * outcome.first_s:.0f} ms',
        f'{outcome.peak_memory_kb / 1024:.0f} MB',
        f'{outcome.cpu_s:.2f} s',
    ]


def _draw_rates(rates):
    title = 'Stills per second over requests in flight'
    return title, chart.draw_lines(title, chart.Axis('max-concurrent-requests', is_logarithmic=True),
                                   chart.Axis('stills/s'), rates)


def run(report, cases, all_contenders):
    """Measures all in all cases, one after the other."""
    table = report.add_table(COLUMNS, left=('client',))
    rates = {}
    for case in cases:
        for contender in all_contenders:
            outcome = measure(contender, case)
            table.print_row(_format_outcome(contender, case, outcome))
            if isinstance(contender, contenders.ElementContender):
                name = f'every {_format_ms(case.interval_ms)}, fragments {_format_ms(case.fragment_ms)}'
                rates.setdefault(name, []).append((contender.concurrency, outcome.images / outcome.time_s))
    if rates:
        report.add_chart('range', *_draw_rates(rates))

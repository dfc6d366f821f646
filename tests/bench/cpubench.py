# SPDX-License-Identifier: LGPL-2.1-or-later
"""Has clients fetch the same prepared stills, and compares the CPU time, the memory and the time until the
first still of whole processes."""

import statistics
import time
from typing import NamedTuple

import chart
import child
import contenders
import fetchers
import measure
from emulator import STREAM
from fetchers import INTERVAL_MS, Task
from limit import Limit, Limits
from prepared import PageServer, Stills

# Long enough ago that nothing is waited for.
AGE_S = 3600

BASELINE = ['gst-launch-1.0', '-q', 'videotestsrc', 'num-buffers=1', '!', 'fakesink']


class Case(NamedTuple):
    """Which stills are fetched, how. A limit is the most that the element's CPU time may be: as a part of
    curl's, and, start-up left out of both, as a part of boto3's."""

    key: str
    name: str
    n_stills: int
    n_bytes: int
    format: str = 'jpeg'
    tls: bool = False
    frame_times: bool = False
    curl_limit: float = None
    boto3_limit: float = None

    def make_stills(self):
        return Stills(self.format, self.n_bytes)

    def make_task(self, n_stills):
        """So many samples of the past."""
        interval_s = INTERVAL_MS // 1000
        start_s = int(time.time()) - AGE_S - n_stills * interval_s
        return Task(start_s // interval_s * interval_s, n_stills, self.format)

    def serve(self, stills):
        """A fresh server, so that its log is of one client."""
        return PageServer(stills, self.tls, self.frame_times)


class Plan(NamedTuple):
    """How much is measured."""

    cases: list
    rounds: int
    memory_counts: list
    first_rounds: int


def make_plan(quick):
    """All that is promised, or a little of everything."""
    few, many, large = (40, 120, 3) if quick else (1000, 10000, 100)
    cases = [
        Case('http', f'{few:,} of 200 KB, HTTP', few, 200000, curl_limit=1.8, boto3_limit=0.125),
        Case('tls', f'{few:,} of 200 KB, TLS', few, 200000, tls=True, curl_limit=1.5),
        Case('small', f'{many:,} of 8 KB, HTTP', many, 8000, curl_limit=2.5),
        Case('large', f'{large:,} of 4 MB, HTTP', large, 4000000),
        Case('png', f'{few:,} of 200 KB, HTTP, PNG', few, 200000, format='png'),
        Case('frames', f'{few:,} of 200 KB, HTTP, times of frames', few, 200000, frame_times=True)]
    if quick:
        return Plan(cases, rounds=1, memory_counts=[30, 60, 120], first_rounds=1)
    return Plan(cases, rounds=5, memory_counts=[200, 2500, 100000], first_rounds=15)


class Outcome(NamedTuple):
    """What a client took for a case, and for one still of it: medians."""

    whole: measure.Usage
    start_up: measure.Usage
    fetched_bytes: int

    @property
    def work_cpu_s(self):
        return self.whole.cpu_s - self.start_up.cpu_s


def _verify(case, stills, task, all_fetchers):
    """Has each client say what it got, as a SHA-256."""
    expected = stills.compute_digest(STREAM, task.times_ms)
    for fetcher in all_fetchers:
        with case.serve(stills) as server:
            if fetcher.compute_digest(server, task) != expected:
                raise RuntimeError(f'{fetcher.name} has not got the stills that it should: {case.name}')


def _fetch(case, stills, task, fetcher):
    with case.serve(stills) as server:
        usage = fetcher.fetch(server, task)
        return usage, sum(entry['bytes'] for entry in server.read_log())


def _measure_case(case, all_fetchers, rounds):
    """The outcome of each client, by its key. The clients take turns."""
    stills, task, single = case.make_stills(), case.make_task(case.n_stills), case.make_task(1)
    _verify(case, stills, task, all_fetchers)
    whole, start_up, n_bytes = ({fetcher.key: [] for fetcher in all_fetchers} for _ in range(3))
    for _ in range(rounds):
        for fetcher in all_fetchers:
            usage, fetched = _fetch(case, stills, task, fetcher)
            whole[fetcher.key].append(usage)
            n_bytes[fetcher.key].append(fetched)
            start_up[fetcher.key].append(_fetch(case, stills, single, fetcher)[0])
    return {key: Outcome(measure.take_medians(whole[key]), measure.take_medians(start_up[key]),
                         statistics.median(n_bytes[key])) for key in whole}


COLUMNS = (('stills', 39), ('client', 31), ('CPU', 8), ('user', 7), ('system', 7), ('start-up', 8),
           ('wall', 7), ('peak memory', 11), ('faults', 7), ('fetched', 7), ('CPU over curl', 21),
           ('without start-up', 16), ('over boto3 without start-up', 29))


def _judge_ratio(limits, what, at_most, ratio):
    if at_most is None:
        return f'{ratio:.3g}'
    return f'{ratio:.3g} ({limits.add(Limit(what, at_most), ratio)})'


def _compare(case, key, outcomes, limits):
    """The ratios of a client to curl and to boto3, where these are there. What one still costs is little for
    curl, and less than chance for a short run."""
    is_element, outcome = key == 'element', outcomes[key]
    over_curl = work_over_curl = over_boto3 = '-'
    if 'curl' in outcomes:
        curl = outcomes['curl']
        over_curl = _judge_ratio(limits, f'CPU over curl, {case.name}',
                                 case.curl_limit if is_element else None,
                                 outcome.whole.cpu_s / curl.whole.cpu_s)
        if curl.work_cpu_s > 0:
            work_over_curl = f'{outcome.work_cpu_s / curl.work_cpu_s:.3g}'
    if 'boto3' in outcomes and outcomes['boto3'].work_cpu_s > 0:
        over_boto3 = _judge_ratio(limits, f'CPU over boto3, start-up left out, {case.name}',
                                  case.boto3_limit if is_element else None,
                                  outcome.work_cpu_s / outcomes['boto3'].work_cpu_s)
    return over_curl, work_over_curl, over_boto3


def _format_outcome(case, fetcher, outcomes, limits):
    whole, start_up, fetched_bytes = outcomes[fetcher.key]
    return [case.name, fetcher.name, f'{whole.cpu_s:.3f} s', f'{whole.user_s:.3f} s',
            f'{whole.system_s:.3f} s', f'{start_up.cpu_s:.3f} s', f'{whole.wall_s:.2f} s',
            f'{whole.peak_mb:.1f} MB', f'{whole.faults:,.0f}', f'{fetched_bytes / 1e6:.0f} MB',
            *_compare(case, fetcher.key, outcomes, limits)]


def _add_bars(report, name, title, bars):
    report.add_chart(name, title, chart.draw_bars(title, 's', bars))


def _bench_cases(report, cases, all_fetchers, rounds, limits):
    report.add_heading('CPU time')
    report.add_text(
        f'Each client is a whole process, against a server in another one. Medians of {rounds} runs, in which',
        'the clients take turns. *start-up* is the CPU time of the same command for one still.')
    table = report.add_table(COLUMNS, left=('stills', 'client'))
    bars = {}
    for case in cases:
        outcomes = _measure_case(case, all_fetchers, rounds)
        bars[case.name] = {fetcher.name: outcomes[fetcher.key].whole.cpu_s for fetcher in all_fetchers}
        for fetcher in all_fetchers:
            table.print_row(_format_outcome(case, fetcher, outcomes, limits))
    _add_bars(report, 'cpu', f'CPU time for stills: {cases[0].name}', {'': bars[cases[0].name]})
    _add_bars(report, 'cpu-cases', 'CPU time of whole processes, user and system', bars)


MEMORY_COLUMNS = (('command', 24), ('stills', 8), ('peak memory', 11), ('more than videotestsrc', 24),
                  ('wall', 8), ('faults', 10))
MORE_LIMIT = Limit('peak memory, 200 KB stills: over videotestsrc, the largest', 24, 'MiB')
SPREAD_LIMIT = Limit('peak memory, 200 KB stills: the largest over the smallest', 1.15)


def _measure_memory(case, stills, n_stills, rounds):
    task, element = case.make_task(n_stills), fetchers.ElementFetcher()
    # A long run is as good as many short ones.
    return measure.take_medians([_fetch(case, stills, task, element)[0]
                                 for _ in range(rounds if n_stills < 10000 else 1)])


def _bench_memory(report, case, counts, rounds, limits):
    report.add_heading('Memory')
    report.add_text('Peaks of `kvsimagesrc ! fakesink` with its default properties, over '
                    '`videotestsrc num-buffers=1 ! fakesink`.', f'Stills of 200 KB, HTTP, medians of {rounds} runs; '
                    'one run from 10,000 stills on.')
    table = report.add_table(MEMORY_COLUMNS, left=('command',))
    environment = fetchers.make_environment()
    base = measure.take_medians([measure.run(BASELINE, environment)[0] for _ in range(rounds)])
    table.print_row(['videotestsrc ! fakesink', '-', f'{base.peak_mb:.1f} MB', '-',
                     f'{base.wall_s:.2f} s', f'{base.faults:,.0f}'])
    stills, peaks = case.make_stills(), []
    for n_stills in counts:
        usage = _measure_memory(case, stills, n_stills, rounds)
        more_mib = (usage.peak_kb - base.peak_kb) / 1024
        peaks.append((n_stills, usage.peak_mb))
        table.print_row([fetchers.ElementFetcher.name, f'{n_stills:,}', f'{usage.peak_mb:.1f} MB',
                         f'{more_mib:.1f} MiB ({MORE_LIMIT.judge(more_mib)})', f'{usage.wall_s:.2f} s',
                         f'{usage.faults:,.0f}'])
    sizes = [size for _, size in peaks]
    limits.add(MORE_LIMIT, (max(sizes) - base.peak_mb) * 1e6 / 2 ** 20)
    limits.add(SPREAD_LIMIT, max(sizes) / min(sizes))
    title = 'Peak memory of kvsimagesrc ! fakesink'
    report.add_chart('memory', title, chart.draw_lines(
        title, chart.Axis('stills of 200 KB', is_logarithmic=True), chart.Axis('MB'),
        {'kvsimagesrc': peaks, 'videotestsrc': [(n, base.peak_mb) for n, _ in peaks]}))


FIRST_COLUMNS = (('transport', 9), ('PLAYING to first still', 22), ('curl to first byte of second call', 33),
                 ('longer by', 24))


def _measure_first(case, stills, task):
    """Seconds until the first still of the element, and until the first byte of the second answer to curl,
    which asks for the same."""
    element = contenders.ElementContender(4, f'format={task.format}')
    with case.serve(stills) as server:
        result = child.run(element.make_command(server.url, task.make_range()),
                           fetchers.make_environment()).result
        requests = server.read_log()[:2]
    with case.serve(stills) as server:
        _, times = fetchers.CurlFetcher(None).run(server, requests, ['/dev/null'] * len(requests))
    return result['first'] - result['start'], times[0][1] + times[1][0]


def _bench_first(report, cases, rounds, limits):
    report.add_heading('The first still')
    report.add_text('From PLAYING to the first still of 25 of 200 KB, beside curl, which sends the same two requests.',
                    f'Medians of {rounds} runs, in turns. The server answers at once.')
    table = report.add_table(FIRST_COLUMNS, left=('transport',))
    for case in cases:
        stills, task = case.make_stills(), case.make_task(25)
        element_s, curl_s = map(statistics.median,
                                zip(*(_measure_first(case, stills, task) for _ in range(rounds))))
        transport = 'TLS' if case.tls else 'HTTP'
        longer_ms = 1000 * (element_s - curl_s)
        verdict = limits.add(
            Limit(f'PLAYING to the first still, longer than curl to the second answer, {transport}',
                  15, 'ms'), longer_ms)
        table.print_row([transport, f'{1000 * element_s:.1f} ms', f'{1000 * curl_s:.1f} ms',
                         f'{longer_ms:.1f} ms ({verdict})'])


def run(report, plan, only, case_keys):
    """Measures what is chosen, and returns how many limits are missed."""
    cases, limits = [case for case in plan.cases if case.key in case_keys], Limits()
    if cases:
        _bench_cases(report, cases, fetchers.make_fetchers(only), plan.rounds, limits)
    if 'memory' in case_keys:
        _bench_memory(report, plan.cases[0], plan.memory_counts, plan.rounds, limits)
    if 'first' in case_keys:
        _bench_first(report, plan.cases[:2], plan.first_rounds, limits)
    report.add_heading('What is promised')
    limits.print(report)
    return limits.n_missed

# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs many elements in one process, each with a stream of its own, and compares what a still costs and how
even it is. Compares one kvs-stills for many streams with a script for each, too."""

import json
import os
import pathlib
import statistics
import time
from typing import NamedTuple

import chart
import fetchers
import machine
import measure
import savers
from cpubench import AGE_S
from fetchers import INTERVAL_MS, Task
from limit import Limit, Limits
from prepared import PageServer, Stills

PROGRAM = pathlib.Path(os.environ['KVS_BUILD'], 'tests', 'bench', 'pull-many')
# From so many elements to the most, CPU per still is promised not to grow.
FEW = 8

LARGE_BYTES, SMALL_BYTES = 100000, 8000


class Plan(NamedTuple):
    """How much is measured: numbers of elements, from 1 up, and of streams whose stills are saved."""

    n_elements: list
    n_stills: int
    rounds: int
    n_saved_streams: int


def make_plan(quick):
    """All that is promised, or a little of everything."""
    if quick:
        return Plan([1, FEW, 16], n_stills=20, rounds=1, n_saved_streams=3)
    return Plan([1, FEW, 32, 128], n_stills=200, rounds=3, n_saved_streams=32)


class Case(NamedTuple):
    """So many elements, each of which fetches so many stills of a size."""

    n_elements: int
    n_stills: int
    n_bytes: int

    @property
    def n_all_stills(self):
        return self.n_elements * self.n_stills

    def make_task(self):
        """Samples of the past, for each stream the same."""
        interval_s = INTERVAL_MS // 1000
        start_s = int(time.time()) - AGE_S - self.n_stills * interval_s
        return Task(start_s // interval_s * interval_s, self.n_stills)


def _pull(case, stills, task, *options):
    with PageServer(stills) as server:
        usage, output = measure.run(
            [PROGRAM, f'--elements={case.n_elements}', f'--stills={case.n_stills}', *options, 'kvsimagesrc',
             *fetchers.make_properties(server.url, task)], fetchers.make_environment())
    return usage, json.loads(output)


def _verify(case, stills, task):
    """Has each element say what it got, as a SHA-256."""
    digests = _pull(case, stills, task, '--digest')[1]['digests']
    expected = [stills.compute_digest(f'camera-{i:03d}', task.times_ms) for i in range(case.n_elements)]
    if digests != expected:
        wrong = sum(left != right for left, right in zip(digests, expected))
        raise RuntimeError(f'{wrong} of {case.n_elements} elements have not got the stills that they should')


class Outcome(NamedTuple):
    """Medians: what the process took, its threads when half of the stills had come, the end of the slowest
    element over that of the fastest, and the fewest and the most stills of an element at half."""

    usage: measure.Usage
    threads: int
    slowest_over_fastest: float
    fewest: int
    most: int


def _read_outcome(usage, result):
    ends = result['ends']
    return Outcome(usage, result['threads'], max(ends) / min(ends), result['fewest'], result['most'])


def _take_medians(outcomes):
    usages, *others = zip(*outcomes)
    return Outcome(measure.take_medians(usages), *map(statistics.median, others))


def _measure(cases, rounds):
    """The outcome of each case. They take turns."""
    prepared = {case: (Stills('jpeg', case.n_bytes), case.make_task()) for case in cases}
    for case in cases:
        _verify(case, *prepared[case])
    outcomes = {case: [] for case in cases}
    for _ in range(rounds):
        for case in cases:
            outcomes[case].append(_read_outcome(*_pull(case, *prepared[case])))
    return {case: _take_medians(outcomes[case]) for case in cases}


COLUMNS = (('elements', 8), ('stills of each', 14), ('wall', 7), ('CPU', 8), ('CPU per still', 13),
           (f'over {FEW} elements', 17), ('threads', 7), ('peak memory', 25),
           ('slowest over fastest', 20), ('stills at half, fewest to most', 30))


def _compute_cpu_ms(case, outcome):
    return 1000 * outcome.usage.cpu_s / case.n_all_stills


def _judge_cpu(case, ratio, limits):
    what = f'CPU per still with {case.n_elements} elements over that with {FEW}'
    return f'{ratio:.2f} ({limits.add(Limit(what, 1.1), ratio)})'


def _judge_memory(case, peak_mb, limits):
    what = (f'peak memory with {case.n_elements} elements, {case.n_stills} stills of '
            f'{case.n_bytes // 1000} KB each')
    return f'{peak_mb:.1f} MB ({limits.add(Limit(what, 512, "MB"), peak_mb)})'


def _format_outcome(case, outcome, few_cpu_ms, limits):
    """The cells of a row. There are limits if the case is to be judged."""
    cpu_ms, peak_mb = _compute_cpu_ms(case, outcome), outcome.usage.peak_mb
    ratio = cpu_ms / few_cpu_ms[case.n_bytes]
    return [str(case.n_elements), f'{case.n_stills} of {case.n_bytes // 1000} KB',
            f'{outcome.usage.wall_s:.2f} s', f'{outcome.usage.cpu_s:.2f} s', f'{cpu_ms:.3f} ms',
            _judge_cpu(case, ratio, limits) if limits else f'{ratio:.2f}', f'{outcome.threads:.0f}',
            _judge_memory(case, peak_mb, limits) if limits else f'{peak_mb:.1f} MB',
            f'{outcome.slowest_over_fastest:.2f}', f'{outcome.fewest:.0f} to {outcome.most:.0f}']


def _add_charts(report, outcomes):
    axis = chart.Axis('elements in one process', is_logarithmic=True)
    for name, title, unit, read in (
            ('many-cpu', 'CPU time per still', 'ms', _compute_cpu_ms),
            ('many-memory', 'Peak memory of the process', 'MB', lambda _, outcome: outcome.usage.peak_mb),
            ('many-threads', 'Threads', 'threads', lambda _, outcome: outcome.threads)):
        report.add_chart(name, title, chart.draw_lines(title, axis, chart.Axis(unit), {
            f'{n_bytes // 1000} KB each': [
                (case.n_elements, read(case, outcome)) for case, outcome in outcomes.items()
                if case.n_bytes == n_bytes] for n_bytes in (LARGE_BYTES, SMALL_BYTES)}))


def _save(report, plan):
    """Saves stills as files, which the elements do not."""
    case = Case(plan.n_saved_streams, plan.n_stills, LARGE_BYTES)
    report.add_heading('Files of many streams')
    report.add_text(
        f'One `kvs-stills get` of {case.n_elements} streams, and {case.n_elements} scripts on boto3 at the same time, each for one',
        'stream: its paginator, `base64.b64decode()` and a file for each still. CPU and peaks of memory are sums over all',
        f'processes. Medians of {plan.rounds} runs, in turns. boto3 is {machine.read_boto3_version()}.')
    savers.run(report, case.n_elements, Stills('jpeg', case.n_bytes), case.make_task(), plan.rounds)


def run(report, plan):
    """Measures all, and returns how many limits are missed."""
    cases = [Case(n, plan.n_stills, n_bytes) for n_bytes in (LARGE_BYTES, SMALL_BYTES)
             for n in plan.n_elements]
    report.add_text(
        'Each element has a pipeline of its own, `kvsimagesrc ! fakesink sync=false`, and a stream of its own, over HTTP.',
        f'Medians of {plan.rounds} runs, in turns, of whole processes.')
    outcomes, limits = _measure(cases, plan.rounds), Limits()
    few_cpu_ms = {case.n_bytes: _compute_cpu_ms(case, outcome) for case, outcome in outcomes.items()
                  if case.n_elements == FEW}
    table = report.add_table(COLUMNS)
    for case, outcome in outcomes.items():
        is_judged = case.n_bytes == LARGE_BYTES and case.n_elements == plan.n_elements[-1]
        table.print_row(_format_outcome(case, outcome, few_cpu_ms, limits if is_judged else None))
    _add_charts(report, outcomes)
    _save(report, plan)
    report.add_heading('What is promised')
    limits.print(report)
    return limits.n_missed

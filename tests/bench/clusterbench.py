# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the tasks of a manifest with kvs-stills on a cluster of Slurm: undisturbed on several numbers of nodes, and with
tasks that are requeued and a node that is lost."""

import hashlib
import os
import pathlib
import random
import subprocess
import tempfile
import time
from typing import NamedTuple

import chart
import contenders
import slurm
from emulator import Emulator

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = SOURCE_DIR / 'docs' / 'cluster' / 'slurm.sh'
PROGRAM = pathlib.Path(os.environ['KVS_BUILD'], 'apps', 'kvs-stills', 'kvs-stills')

IMAGE_BYTES = 8192
LATENCY_MS = 200
N_CPUS = 4
TASK_S, INTERVAL_S = 3600, 60
AGE_S = 2 * 3600
POLL_S = 0.5


class Plan(NamedTuple):
    """How much is run: a task for each hour of each stream. So many hours are pulled on two nodes, undisturbed and with so
    many requeues, and fewer hours on each of several numbers of nodes."""

    n_streams: int
    n_hours: int
    n_requeues: int
    n_curve_hours: int
    n_curve_nodes: list
    seed: int
    reports: bool


def make_plan(quick, seed):
    """What is promised, or a little of it."""
    if quick:
        return Plan(5, 4, n_requeues=4, n_curve_hours=1, n_curve_nodes=[1, 2], seed=seed, reports=True)
    return Plan(50, 20, n_requeues=100, n_curve_hours=5, n_curve_nodes=[1, 2, 4], seed=seed, reports=False)


class Run(NamedTuple):
    """What is run on so many nodes. Without requeues no node is lost, too. The controller finds out by itself of one that is
    lost, or is told, which is quicker."""

    n_streams: int
    n_hours: int
    n_nodes: int
    n_requeues: int = 0
    seed: int = 0
    reports: bool = False

    @property
    def n_tasks(self):
        return self.n_streams * self.n_hours

    @property
    def start_s(self):
        """Long enough ago that nothing is waited for."""
        return (int(time.time()) - AGE_S) // TASK_S * TASK_S - self.n_hours * TASK_S


class Outcome(NamedTuple):
    """What came of a run: the time in seconds, the states in which the tries of each task have ended, what was done to
    them, requests that the emulator got and refused, and each file with a digest of it."""

    time_s: float
    ends: dict
    n_requeued: int
    n_lost: int
    n_requests: int
    n_refused: int
    files: dict

    def count_completed(self):
        """How many tasks have completed in the end."""
        return sum(states[-1] == 'COMPLETED' for states in self.ends.values())

    def count_failed(self):
        """How many tries have failed, other than by what was done to them."""
        return sum(len(set(states) - {'COMPLETED', 'PENDING', 'NODE_FAIL'}) for states in self.ends.values())

    def count_stills(self):
        """How many files are stills."""
        return sum(name.endswith('.jpg') for name in self.files)


def _start_emulator(run, start_s):
    # A gap of five minutes in each stream, in another hour each.
    return Emulator(*(f'--stream=camera-{i:03d}=prepared:{IMAGE_BYTES},start={start_s},'
                      f'duration={run.n_hours * TASK_S},'
                      f'gap={TASK_S * (i % run.n_hours) + 900}+300' for i in range(run.n_streams)),
                    '--quota=on', f'--fault=*:*:latency={LATENCY_MS}ms', clock=None)


def _write_manifest(run, start_s, path):
    streams = [f'camera-{i:03d}' for i in range(run.n_streams)]
    with path.open('wb') as file:
        subprocess.run([PROGRAM, 'plan', *streams, f'--start={start_s}',
                        f'--end={start_s + run.n_hours * TASK_S}', f'--every={TASK_S}s'], stdout=file, check=True)


def _make_environment(url):
    return {**contenders.make_environment(), 'AWS_ENDPOINT_URL_KINESIS_VIDEO': url,
            'PATH': f'{PROGRAM.parent}:{os.environ["PATH"]}'}


def _read_files(directory):
    return {str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).digest()
            for path in directory.rglob('*') if path.is_file()}


def _wait(cluster, job, disturbance):
    while tasks := cluster.list_tasks(job):
        if disturbance:
            disturbance.disturb(job, tasks)
        time.sleep(POLL_S)


def _run_on(cluster, run, start_s, emulator, directory):
    manifest, output = directory / 'manifest.jsonl', directory / 'output'
    _write_manifest(run, start_s, manifest)
    disturbance = slurm.Disturbance(cluster, random.Random(run.seed), run.n_tasks,
                                    run.n_requeues, run.reports) if run.n_requeues else None
    begin = time.monotonic()
    job = cluster.submit(run.n_tasks, SCRIPT, manifest, output, f'--interval={INTERVAL_S}s',
                         f'--jitter={10 * N_CPUS * run.n_nodes}ms', environment=_make_environment(emulator.url))
    _wait(cluster, job, disturbance)
    time_s = time.monotonic() - begin
    log = emulator.read_log('GetDataEndpoint') + emulator.read_log('GetImages')
    return Outcome(time_s, cluster.read_ends(), disturbance.n_requeued if disturbance else 0,
                   disturbance.n_lost if disturbance else 0, len(log), sum(entry['status'] != 200 for entry in log),
                   _read_files(output))


def _run(run, start_s):
    emulator = _start_emulator(run, start_s)
    try:
        with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as folder, slurm.Cluster(
                folder, run.n_nodes, N_CPUS) as cluster:
            return _run_on(cluster, run, start_s, emulator, pathlib.Path(directory))
    finally:
        emulator.stop()


def _verify(run, outcome, reference):
    """Each task has completed, all that was to be done to them was, and the output is that of a run that nothing has
    disturbed."""
    if outcome.count_completed() != run.n_tasks or outcome.count_failed():
        raise RuntimeError(f'{outcome.count_completed()} of {run.n_tasks} tasks have completed, and '
                           f'{outcome.count_failed()} tries failed: {outcome.ends}')
    if outcome.n_requeued != run.n_requeues or (run.n_requeues and not outcome.n_lost):
        raise RuntimeError(f'{outcome.n_requeued} tasks were requeued, and {outcome.n_lost} lost with a node')
    if outcome.files != reference.files:
        different = {name for name in outcome.files.keys() | reference.files.keys()
                     if outcome.files.get(name) != reference.files.get(name)}
        raise RuntimeError(f'{len(different)} files are not those of the first run, such as {min(different)}')


COLUMNS = (('nodes', 5), ('at once', 7), ('requeued', 8), ('lost with a node', 16), ('tasks', 5), ('failed', 6),
           ('stills', 6), ('time', 8), ('tasks/s', 7), ('requests', 8), ('refused', 7), ('output', 8))


def _format_outcome(run, outcome):
    return [str(run.n_nodes), str(run.n_nodes * N_CPUS), str(outcome.n_requeued), str(outcome.n_lost), str(run.n_tasks),
            str(outcome.count_failed()), str(outcome.count_stills()), f'{outcome.time_s:.1f} s',
            f'{run.n_tasks / outcome.time_s:.2f}', str(outcome.n_requests), str(outcome.n_refused), 'the same']


def _run_all(table, runs):
    """The outcome of each run. Those of the same tasks have the same output, that of the first."""
    start_s, reference, outcomes = runs[0].start_s, None, []
    for run in runs:
        outcome = _run(run, start_s)
        reference = reference or outcome
        _verify(run, outcome, reference)
        table.print_row(_format_outcome(run, outcome))
        outcomes.append(outcome)
    return outcomes


def _add_chart(report, times):
    title = f'Time for the same tasks over nodes of {N_CPUS} tasks at once'
    first, time_s = next(iter(times.items()))
    report.add_chart('cluster', title, chart.draw_lines(
        title, chart.Axis('nodes', is_logarithmic=True), chart.Axis('seconds'), {
            'measured': list(times.items()),
            'as one over nodes': [(n_nodes, time_s * first / n_nodes) for n_nodes in times]}))


def run(report, plan):
    """Runs all."""
    report.add_text(
        f'{plan.n_streams} streams, a task for each hour of each, a still a minute. Slurm of Debian, a `slurmd` for each node,',
        f'all on this machine, with `docs/cluster/slurm.sh`. The emulator takes {LATENCY_MS} ms for each request, and keeps to the',
        'quotas of streams and account. In the second run tasks are requeued at random, and the slurmd of a node is killed with',
        f'all that it runs, and started again when the controller knows. The seed is {plan.seed}.')
    table = report.add_table(COLUMNS)
    _run_all(table, [Run(plan.n_streams, plan.n_hours, 2, n_requeues, plan.seed, plan.reports)
                     for n_requeues in (0, plan.n_requeues)])
    curve = [Run(plan.n_streams, plan.n_curve_hours, n_nodes) for n_nodes in plan.n_curve_nodes]
    outcomes = _run_all(table, curve)
    _add_chart(report, {run.n_nodes: outcome.time_s for run, outcome in zip(curve, outcomes)})

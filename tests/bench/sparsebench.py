# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pulls ranges that have media in few places, or that begin before the retention period, with and without
ListFragments."""

import datetime
import random
import time
from typing import NamedTuple

import child
import contenders
from contenders import Range
from emulator import STREAM, Emulator

IMAGE_BYTES = 8192
FRAGMENT_S = 2
# Long enough ago that nothing is waited for.
AGE_S = 3600
DAY_S = 24 * 3600


class Case(NamedTuple):
    """What is pulled, and from where. Pieces are where there is media, in whole seconds from the start of the
    range."""

    name: str
    range_s: int
    interval_s: int
    pieces: list
    retention_h: int
    latency_ms: int

    def count_media(self, end_s):
        """How many samples there are to get."""
        first_s = max(0, self.range_s + AGE_S - self.retention_h * 3600)
        return sum(any(begin <= sample < end for begin, end in self.pieces)
                   for sample in range(0, end_s, self.interval_s) if sample >= first_s)


def make_sparse_day(seed, interval_s, latency_ms, n_pieces=20, share=0.01, range_s=DAY_S):
    """A day of a camera that records on motion: pieces of equal length, at random."""
    chance = random.Random(seed)
    length_s = int(range_s * share / n_pieces)
    slot_s = range_s // n_pieces
    begins = [i * slot_s + chance.randrange(slot_s - length_s) for i in range(n_pieces)]
    pieces = [(begin, begin + length_s) for begin in begins]
    return Case('sparse day', range_s, interval_s, pieces, 8760, latency_ms)


def make_old_start(days, interval_s, latency_ms):
    """A range that begins days before now, on a stream that keeps one."""
    range_s = days * DAY_S - AGE_S
    return Case(f'now-{days}d, 24 h kept', range_s, interval_s, [(0, range_s)], 24, latency_ms)


def _start_emulator(case, start_s):
    gaps, end = [], 0
    for begin, piece_end in case.pieces + [(case.range_s, case.range_s)]:
        if begin > end:
            gaps.append(f',gap={end}+{begin - end}')
        end = piece_end
    return Emulator(
        f'--stream={STREAM}=prepared:{IMAGE_BYTES},start={start_s},duration={case.range_s},'
        f'fragment={FRAGMENT_S},retention={case.retention_h}' + ''.join(gaps),
        f'--fault=*:*:latency={case.latency_ms}ms', '--quota=on', clock=None)


def _parse_time(entry):
    return datetime.datetime.fromisoformat(entry['time'].replace('Z', '+00:00')).timestamp()


def _measure(contender, case):
    start_s = int(time.time()) - AGE_S - case.range_s
    emulator = _start_emulator(case, start_s)
    try:
        measurement = child.run(
            contender.make_command(
                emulator.url, Range(start_s, start_s + case.range_s, case.interval_s * 1000)),
            contenders.make_environment())
        result = measurement.result
        begin_s = _parse_time(emulator.read_log('GetDataEndpoint')[0]) + case.latency_ms / 1000
        images = emulator.read_log('GetImages')
        before = [entry for entry in images if _parse_time(entry) < result['first']]
        return (result, begin_s, result['end'], images, emulator.read_log('ListFragments'),
                len(before))
    finally:
        emulator.stop()


COLUMNS = (('range', 20), ('client', 40), ('time', 9), ('stills', 6), ('of', 6), ('GetImages', 9),
           ('ListFragments', 13), ('wasted', 6), ('first', 8), ('before it', 9))


def print_head(report):
    """Begins a table, to which run() adds rows."""
    return report.add_table(COLUMNS, left=('range', 'client'))


def run(table, case, all_contenders):
    """Measures all in a case, one after the other."""
    n_media = case.count_media(case.range_s)
    for contender in all_contenders:
        result, begin_s, end_s, images, lists, before = _measure(contender, case)
        table.print_row([
            case.name, contender.name, f'{end_s - begin_s:.2f} s', str(result['images']),
            str(n_media), str(len(images)), str(len(lists)),
            str(sum(entry['images'] for entry in images) - result['images']),
            f'{result["first"] - begin_s:.2f} s' if result['images'] else '-', str(before)])

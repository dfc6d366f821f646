# SPDX-License-Identifier: LGPL-2.1-or-later
"""The limit of a number, and whether the number keeps to it."""

from typing import NamedTuple


class Limit(NamedTuple):
    """The most that something may be, in the unit of the number."""

    what: str
    at_most: float
    unit: str = ''

    def _format(self, number):
        return f'{number:.3g} {self.unit}'.rstrip()

    def is_met(self, number):
        return number <= self.at_most

    def judge(self, number):
        """The verdict, to stand beside the number."""
        return f'≤ {self._format(self.at_most)}: {"ok" if self.is_met(number) else "missed"}'

    def make_row(self, number):
        """The cells of a table of limits."""
        return [self.what, self._format(number), self._format(self.at_most),
                'ok' if self.is_met(number) else 'missed']


COLUMNS = (('limit', 90), ('measured', 10), ('at most', 10), ('verdict', 7))


class Limits:
    """All limits of a benchmark with what was measured, in order."""

    def __init__(self):
        self._rows = []
        self.n_missed = 0

    def add(self, limit, number):
        """Notes a number, and returns its verdict."""
        self._rows.append(limit.make_row(number))
        self.n_missed += not limit.is_met(number)
        return limit.judge(number)

    def print(self, report):
        """Adds a table of all to a report."""
        table = report.add_table(COLUMNS, left=('limit',))
        for row in self._rows:
            table.print_row(row)

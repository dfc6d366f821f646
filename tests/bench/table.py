# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints a table in Markdown, row by row as they come."""


class Table:
    """A table of columns, each with a head and a width."""

    def __init__(self, columns, left=()):
        self._columns = columns
        self._left = left
        self.lines = []

    def _print(self, line):
        self.lines.append(line)
        print(line, flush=True)

    def print_head(self):
        """Prints the heads and the rule below them."""
        self.print_row([head for head, _ in self._columns])
        self._print('|' + '|'.join(
            '-' * (width + 2) if head in self._left else '-' * (width + 1) + ':'
            for head, width in self._columns) + '|')

    def print_row(self, cells):
        """Prints one row."""
        self._print('| ' + ' | '.join(
            cell.ljust(width) if head in self._left else cell.rjust(width)
            for (head, width), cell in zip(self._columns, cells)) + ' |')

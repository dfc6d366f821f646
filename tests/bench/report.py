# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a benchmark has found: printed as it comes, and kept to be written to files."""

import datetime
import shlex

import machine
from table import Table


class Report:
    """A page in Markdown with charts beside it."""

    def __init__(self, title, command, clients):
        self._charts = {}
        # A part is the lines of a table, which grow, or of text.
        self._parts = [[f'# {title}']]
        today = datetime.date.today()
        self.add_text(f'`tools/bench {shlex.join(command)}` wrote this on {today.day} {today:%B %Y}, with '
                      f'{machine.describe_priority()}.')
        self.add_text(f'The machine: {machine.describe_hardware()}.',
                      f'The programs: {machine.describe_software(clients)}.')

    def _add(self, lines):
        self._parts.append(lines)

    def add_text(self, *lines):
        """Adds a paragraph."""
        self._add(list(lines))
        print('\n'.join(lines), end='\n\n', flush=True)

    def add_heading(self, text):
        """Begins a section."""
        print()
        self.add_text(f'## {text}')

    def add_table(self, columns, left=()):
        """Begins a table, to which rows are added by printing them."""
        table = Table(columns, left)
        self._add(table.lines)
        table.print_head()
        return table

    def add_chart(self, name, title, svg):
        """Adds a chart, which becomes a file."""
        self._charts[f'{name}.svg'] = svg
        self._add([f'![{title}]({name}.svg)'])

    def write(self, directory, name):
        """Writes the page and its charts to a folder, and says so."""
        directory.mkdir(parents=True, exist_ok=True)
        files = {**self._charts, f'{name}.md': self._format()}
        for file, text in files.items():
            (directory / file).write_text(text)
        print(f'\nWritten to {directory}: {", ".join(sorted(files))}')

    def _format(self):
        return '\n\n'.join('\n'.join(lines) for lines in self._parts) + '\n'

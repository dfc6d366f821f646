#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads random shared files with the probe and with a second reader, which is written for brevity.

Usage: awsprofileparser-model.py PROBE [SEED]. botocore is no judge here: it reads many of these files
in its own way.
"""

import json
import random
import re
import subprocess
import sys

FILES = 3000
BLANK = ' \t'
NAME = re.compile(r'[A-Za-z0-9_\-/.%@:+]+')
TABLES = {'profile': 'profiles', 'sso-session': 'sso_sessions', 'services': 'services'}
FIRST = ['[default]', '[profile a]', '[a]', '[services s]']
LINES = FIRST + [
    '[profile default]', '[ profile\ta ]', '[profile  b] # c', '[a];c', '[sso-session s]', '[profilea]',
    '[profile a b]', '[services]', '[plugin p]', '[profile é]', '[Default]', '[a', '[a] x', '[profile a]]',
    '[]', '[', '[#]', '[a#]]', '# c', '; c', ' # c', '', '  ', '\t', 'k = v', 'K= w # c', 'k=v;x',
    'k = v\t; c', 'k =', 'k = # c', 's3 =', 'k=a=b', 'k = é', 'é = k', 'k #= v', 'k\r=v', '= x', ' = x', 'k',
    'b k = v', 'k.-/:@%+ = v', ' a = b', ' a = c # d', '\tA= ', ' b k = v', ' c', '\td ; x\t', 'k =\u00a0',
    '\x0b', '\\k = v', '\0', 'k = \0', '\ufeffk = v']


class Wrong(Exception):
    """A line that is wrong; its argument is the number."""


def split(line):
    key, sign, value = line.partition('=')
    if not sign or not key.strip(BLANK):
        raise ValueError
    return key.strip(BLANK), value.strip(BLANK)


def read_sections(text):
    """The sections of a text: (prefix, name) -> key -> the lines of its value."""
    sections, section, key = {}, None, None
    for number, line in enumerate(text.split('\n'), 1):
        line = line.removesuffix('\r')
        try:
            if '\0' in line:
                raise ValueError
            if not line.strip(BLANK) or line[0] in '#;':
                continue
            if line[0] == '[':
                title = re.fullmatch(r'\[(.*)\]', re.split('[#;]', line)[0].strip(BLANK), re.S)[1]
                prefix, _, name = re.sub('[ \t]+', ' ', title.strip(BLANK)).partition(' ')
                section, key = sections.setdefault((prefix, name), {}), None
            elif line[0] not in BLANK:
                key, value = split(re.split('[ \t][#;]', line)[0])
                key = key.lower()
                section[key] = [value]
            else:
                if section[key] and not section[key][0]:
                    split(line)
                section[key].append(line.strip(BLANK))
        except (ValueError, TypeError, KeyError):
            raise Wrong(number) from None
    return sections


def read_value(lines):
    if lines[0] or len(lines) == 1:
        return '\n'.join(lines)
    return {key: value for key, value in map(split, lines[1:]) if NAME.fullmatch(key)}


def find_table(sections, prefix, name, is_config):
    """The table and the name in it that a section is kept under, or None."""
    if not is_config:
        return ('profiles', prefix) if not name else None
    if (prefix, name) == ('default', ''):
        return ('profiles', 'default') if ('profile', 'default') not in sections else None
    return (TABLES[prefix], name) if prefix in TABLES else None


def read_files(question):
    tables = {'profiles': {}, 'sso_sessions': {}, 'services': {}}
    for kind in 'config', 'credentials':
        try:
            sections = read_sections(question.get(kind, ''))
        except Wrong as wrong:
            return wrong.args[0]
        for (prefix, name), properties in sections.items():
            place = find_table(sections, prefix, name, kind == 'config')
            if place and NAME.fullmatch(place[1]):
                tables[place[0]].setdefault(place[1], {}).update(
                    (key, read_value(lines)) for key, lines in properties.items()
                    if NAME.fullmatch(key))
    return tables


def random_text(rng):
    lines = [rng.choice(LINES) for _ in range(rng.randrange(7))]
    if rng.random() < 0.8:
        lines.insert(0, rng.choice(FIRST))
    if rng.random() < 0.1:
        lines.append(''.join(rng.choice(' \t=[]#;aK\ré') for _ in range(8)))
    return rng.choice(['\n', '\r\n']).join(lines) + rng.choice(['', '\n'])


def random_question(rng):
    return {kind: random_text(rng) for kind in ('config', 'credentials') if rng.random() < 0.7}


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2 ** 32)
    rng = random.Random(seed)
    print(f'# seed {seed}')
    print('1..1')

    questions = [random_question(rng) for _ in range(FILES)]
    result = subprocess.run([sys.argv[1], 'profiles'], input=json.dumps(questions),
                            capture_output=True, text=True, check=True)
    answers = [answer.get('line', answer) for answer in json.loads(result.stdout)]
    expected = [read_files(question) for question in questions]

    differing = [i for i in range(FILES) if i >= len(answers) or answers[i] != expected[i]]
    for i in differing[:3]:
        print(f'# files: {questions[i]}\n# ours: {answers[i:i + 1]}\n# expected: {expected[i]}')
    n_wrong = sum(isinstance(answer, int) for answer in expected)
    print(f"{'not ' if differing else ''}ok 1 - {FILES} pairs of files, {n_wrong} of them wrong")
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main())

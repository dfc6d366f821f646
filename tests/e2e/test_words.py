# SPDX-License-Identifier: LGPL-2.1-or-later
"""One name for one thing: words that the project has given up do not come back, in names, comments, messages
and pages."""

import os
import re
import unittest

import e2e

# What a build, a test or git makes, and the text of the licence.
SKIPPED = re.compile(r'(/|^)(build.*|\.git|\.kvs-emulator|node_modules|__pycache__|out|stills|LICENSE|'
                     r'test_words\.py)$')

# Names of libraries.
FOREIGN = re.compile(r'GTimeSpan|G_TIME_SPAN_\w+')

# The words of a name: snake_case and CamelCase are taken apart.
WORD = re.compile(r'[A-Z]+(?![a-z])|[A-Z]?[a-z]+')

# A word that is no longer used, and the one that is. They are looked for as words and as parts of names,
# also in the plural.
WORDS = {
    'carrier': 'the element has no base class',
    'crowded': 'over budget',
    'doubtful': 'unconfirmed',
    'job': 'task',
    'moment': 'time, sample time',
    'notice': 'event, message',
    'placer': 'matcher',
    'readings': 'interpretations',
    'refusal': 'error reply, rejected request',
    'room': 'library, layer; space',
    'span': 'task; period',
    'stall': 'no-progress retry',
    'young': 'may still arrive',
}

# The same for phrases.
PHRASES = {
    r'who asks': 'credentials',
    r'somebody|someone|anybody|everybody|whoever|nobody|no one': 'the actor: the caller, the service, another program',
    r'(?-i:Who) (?!of\b)\w+s\b': 'the actor: a thread that, a caller that',
    r'(comes|become|becomes|has come) of (it|that|this|each|them)|what becomes of': 'the result of',
    r'is told of|are told of|told about it': 'receives, reports',
    r'leads? nowhere': 'no progress',
    r'for ever': 'without end, without limit',
    r'in store|full store': 'in the token bucket',
    r'heads? of (a|the) (request|page|task|window|range|queue)|(longest|leading) head': 'leading gap; front of a queue',
    r'(is|are|be) probed|probes? for (a|one|the) sample': 'single-sample request',
    r'(a|each|every) reading': 'interpretation',
    r'refused? (a |the |its )?(token|window)': 'rejected',
    r'let in': 'authenticated, accepted',
    r'taken up again': 'resumed',
    r'ha(s|ve|d) left(?! (open|out|behind|to|it|nothing))': 'has been pushed',
    r'opening message|PROGRESS of opening': 'connecting',
    r'readings? of the (documentation|service)|either reading': 'interpretation',
    r'must be set, but with': 'Required unless … is set',
    r'gets too much': 'discards the surplus',
    r'in itself': 'links it statically',
    r'not each call': 'some calls are ignored',
    r'may not believe': 'unconfirmed results are requested again',
    r'before it is known': 'until it is known',
    r'no telling': 'ambiguous',
    r'out of reach': 'unreachable',
    r'is asked on': 'is requested again',
    r'cannot be had': 'invalid',
    r'that leads? no further': 'without progress',
    r'(this|the next|a|one) run of the (element|session)|for the next run': 'session',
}

# Where such a word means something else: the file, the word, and why.
EXCEPTIONS = (
    (r'tests/emulator/|tests/clients/|docs/(emulator|reliability)\.md|tests/(e2e|faults|soak|unit)/', 'stall',
     'the fault of that name of kvs-emulator, with which a reply stops and the connection stays'),
    (r'tests/common/.*threadorder\.c', 'job', 'an item of a GThreadPool'),
    (r'tests/e2e/(pages|test_docs)\.py', 'job', 'a process in the background of a shell'),
    (r'(apps|tests/unit)/kvs-stills/stillspage\.c', 'span', 'the element of this name in HTML'),
    (r'(apps|tests/unit)/kvs-stills/|tests/e2e/(test_stills|test_cluster|slurm)\.py|tests/bench/clusterbench\.py|'
     r'tests/clients/js/|tools/(fuzz|package)|\.ci/run|docs/|CHANGELOG\.md', 'job',
     'the option --jobs, as make has it, and array jobs of a batch system'),
)


def list_files():
    for folder, folders, names in os.walk(e2e.SOURCE_DIR):
        folders[:] = [name for name in folders if not SKIPPED.search(name)]
        for name in names:
            if not SKIPPED.search(name):
                yield os.path.relpath(os.path.join(folder, name), e2e.SOURCE_DIR)


def read_lines(name):
    try:
        return (e2e.SOURCE_DIR / name).read_text().splitlines()
    except UnicodeDecodeError:
        return []


def list_words(text):
    """The words of a text in lower case, in the singular as well."""
    words = {word.lower() for word in WORD.findall(FOREIGN.sub('', text))}
    return words | {word[:-1] for word in words if word.endswith('s')}


def is_exception(name, word):
    return any(re.match(file, name) and word == exception for file, exception, _ in EXCEPTIONS)


class Checker:
    """Finds old words, in the lines of a file and in its name."""

    def __init__(self):
        self.phrases = {re.compile(rf'\b({phrase})\b', re.IGNORECASE): better
                        for phrase, better in PHRASES.items()}

    def check(self, name, text):
        words = list_words(text)
        for old in WORDS.keys() & words:
            if not is_exception(name, old):
                yield f'{old}: say {WORDS[old]}'
        for phrase, better in self.phrases.items():
            match = phrase.search(text)
            if match:
                yield f'{match[0]}: say {better}'

    def check_file(self, name):
        for found in self.check(name, name):
            yield f'{name}: {found}'
        lines = read_lines(name)
        for number, line in enumerate(lines, 1):
            # A phrase may go on in the next line of a comment.
            following = lines[number].lstrip(' */#') if number < len(lines) else ''
            for found in self.check(name, line):
                yield f'{name}:{number}: {found}'
            for phrase, better in self.phrases.items():
                match = phrase.search(f'{line} {following}')
                if match and match.start() < len(line) < match.end():
                    yield f'{name}:{number}: {match[0]}: say {better}'


class WordsTest(unittest.TestCase):

    def test_old_words(self):
        checker = Checker()
        found = [line for name in sorted(list_files()) for line in checker.check_file(name)]
        self.assertEqual(found, [], '\n'.join(found))

    def test_that_they_are_found(self):
        checker = Checker()
        for text in ('kvs_budget_has_room', 'GstKvsRoomKeeper', 'ROOMS', 'Who asks, and why', 'a carrier',
                     'The samples that have left'):
            self.assertTrue(list(checker.check('a.c', text)), text)
        for text in ('roommate', 'broom', 'left to right', 'the reader thread asks'):
            self.assertFalse(list(checker.check('a.c', text)), text)

    def test_files(self):
        files = set(list_files())
        self.assertLess({'README.md', 'tools/demo', 'gst/meson.build', 'docs/layout.md', '.ci/run'}, files)
        self.assertFalse([name for name in files if name.startswith('build')])


class ExceptionsTest(unittest.TestCase):

    def test_that_they_are_needed(self):
        for file, word, why in EXCEPTIONS:
            with self.subTest(word=word, file=file):
                self.assertIn(word, WORDS)
                self.assertGreater(len(why), 20)
                self.assertTrue(any(word in list_words(line) for name in list_files()
                                    if re.match(file, name) for line in read_lines(name)))


class NamesTest(unittest.TestCase):
    """A type of one layer does not have the name of another layer's with another prefix."""

    TYPE = re.compile(r'(?:typedef struct _?|G_DECLARE_FINAL_TYPE \()(Aws|Kvs|GstKvsImageSrc)([A-Z]\w*)')

    def test_types(self):
        layers = {}
        for name in list_files():
            if name.startswith('gst/') and name.endswith('.h'):
                for prefix, rest in self.TYPE.findall('\n'.join(read_lines(name))):
                    layers.setdefault(rest, set()).add(prefix)
        self.assertGreater(len(layers), 40)
        self.assertEqual({name: prefixes for name, prefixes in layers.items() if len(prefixes) > 1}, {})


class LayoutTest(unittest.TestCase):
    """docs/layout.md, which walks with a still through the code, has the names of the code."""

    FOLDERS = {'aws': 'gst/aws', 'kvs': 'gst/kvs', 'gstkvsimagesrc': 'gst/kvsimagesrc'}

    @classmethod
    def setUpClass(cls):
        cls.page = (e2e.SOURCE_DIR / 'docs/layout.md').read_text()
        cls.files = [name for name in list_files() if name.endswith(('.c', '.h'))]
        cls.code = '\n'.join('\n'.join(read_lines(name)) for name in cls.files
                             if name.startswith(('gst/', 'apps/', 'plugin/')))

    def test_names(self):
        names = set(re.findall(r'\b(?:(?:Aws|Kvs|GstKvsImageSrc)[A-Z]|aws_|kvs_|gst_)\w+', self.page))
        self.assertGreater(len(names), 20)
        words = set(re.findall(r'\w+', self.code))
        self.assertEqual(names - words, set())

    def test_files(self):
        names = set(re.findall(r'\b\w+\.[ch]\b', self.page)) - {'private.h'}
        self.assertGreater(len(names), 20)
        self.assertEqual(names - {os.path.basename(name) for name in self.files}, set())

    def test_that_each_file_is_there(self):
        for prefix, folder in self.FOLDERS.items():
            section = self.page.split(f'## What is in {folder}\n')[1].split('\n## ')[0]
            listed = set(re.findall(r'`(\w+)(?:\.h)?`', section))
            for name in self.files:
                match = re.fullmatch(rf'{folder}/(?:\w+/)?{prefix}(\w+)\.h', name)
                if match:
                    with self.subTest(file=name):
                        self.assertIn(match[1], listed)


if __name__ == '__main__':
    e2e.main()

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads in the plugin, as it is built, what protects it: meson.build asks for it, and here it has to be.

Usage: hardening.py PLUGIN fortified|plain
"""

import re
import subprocess
import sys
import unittest

import tap

PLUGIN, FORTIFIED = sys.argv[1], sys.argv[2] == 'fortified'


def readelf(option):
    return subprocess.run(['readelf', '--wide', option, PLUGIN], check=True, capture_output=True,
                          text=True).stdout


class HardeningTest(unittest.TestCase):
    def test_the_stack_is_not_executable(self):
        self.assertRegex(readelf('--program-headers'), r'GNU_STACK .* RW +0x')

    def test_no_segment_can_be_written_and_executed(self):
        self.assertNotRegex(readelf('--program-headers'), r'LOAD .* RWE ')

    def test_what_the_linker_fills_in_is_read_only_afterwards(self):
        self.assertIn('GNU_RELRO', readelf('--program-headers'))
        self.assertRegex(readelf('--dynamic'), r'\(FLAGS(_1)?\).*\b(BIND_)?NOW\b')

    def test_code_is_never_rewritten(self):
        self.assertNotIn('TEXTREL', readelf('--dynamic'))

    def test_functions_check_their_stack(self):
        self.assertIn('__stack_chk_fail', readelf('--dyn-syms'))

    def test_library_calls_check_sizes(self):
        checked = re.search(r'\b__\w+_chk@', readelf('--dyn-syms'))
        self.assertEqual(FORTIFIED, checked is not None)

    def test_jumps_lead_to_where_functions_begin(self):
        if 'X86-64' in readelf('--file-header'):
            code = subprocess.run(
                ['objdump', '--disassemble=gst_plugin_kvsimagesrc_register', PLUGIN], check=True,
                capture_output=True, text=True).stdout
            self.assertIn('endbr64', code)

    def test_no_path_is_searched_for_libraries(self):
        self.assertNotRegex(readelf('--dynamic'), r'\((RPATH|RUNPATH)\)')


tap.main()

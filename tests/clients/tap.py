# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the tests of a module and reports the results in the Test Anything Protocol."""

import unittest


class TapResult(unittest.TestResult):
    """One line for each test; what went wrong with it, sub-tests included, as comments below."""

    def __init__(self):
        super().__init__()
        self._n_tests = 0
        self._n_failures = 0
        self._n_errors = 0

    def _take_problems(self) -> list:
        problems = self.failures[self._n_failures :] + self.errors[self._n_errors :]
        self._n_failures, self._n_errors = len(self.failures), len(self.errors)
        return problems

    def _report(self, test) -> None:
        problems = self._take_problems()
        self._n_tests += 1
        name = test.id().removeprefix("__main__.")
        print("not ok" if problems else "ok", self._n_tests, name)
        for case, text in problems:
            for line in [str(case), *text.splitlines()]:
                print("#", line)

    def stopTest(self, test):
        super().stopTest(test)
        self._report(test)

    def addError(self, test, err):
        super().addError(test, err)
        # What prepares a class is no test, and neither begins nor stops.
        if not isinstance(test, unittest.TestCase):
            self._report(test)

    def report_plan(self) -> None:
        """Says how many tests there were."""
        print(f"1..{self._n_tests}")


def main() -> None:
    """Runs all tests of the program's own module."""
    result = TapResult()
    unittest.defaultTestLoader.loadTestsFromName("__main__").run(result)
    result.report_plan()

"""Runs the tests of the blog, and prints how each has ended."""

import pytest


class Outcomes:
    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            print(report.nodeid, report.outcome, report.longreprtext)


pytest.main(["-p", "no:terminal", "-p", "no:randomly", "-p", "no:cacheprovider"], plugins=[Outcomes()])

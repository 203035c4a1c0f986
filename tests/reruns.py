"""What is said of tests that failed first and passed when they ran again, and how many may.

CI runs a failed test once more (`RERUNS=1 make test`); at a desk none is.
"""

import pytest
from _pytest.terminal import TerminalReporter

MOST = 5
"""Failures of a whole run that may be put down to a busy machine. More are the code's."""


def _find_reruns(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("rerun", []) if isinstance(reporter, TerminalReporter) else []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the run if too many tests had to run again."""
    if session.exitstatus == pytest.ExitCode.OK and len(_find_reruns(session.config)) > MOST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Shows how each failed that ran again, whatever came of that."""
    reruns = _find_reruns(config)
    if not reruns:
        return
    terminalreporter.section("failed, and ran again")
    for report in reruns:
        terminalreporter.write_sep("_", report.nodeid)
        terminalreporter.write_line(report.longreprtext)
        for title, text in report.sections:
            terminalreporter.write_sep("-", title)
            terminalreporter.write_line(text)
    if len(reruns) > MOST:
        terminalreporter.write_line(f"{len(reruns)} ran again, and {MOST} may: the run fails")

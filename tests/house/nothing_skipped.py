"""Did every test really run? Under CI a skip or an expected failure counts as a failure.

A pytest plugin, loaded by tests/conftest.py. On a developer's machine it does nothing.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

# What this rule is about, so it is read once, where a test can set it for a child process.
STRICT = os.environ.get("CI") == "true"


def refuse_skip(report: pytest.CollectReport | pytest.TestReport) -> None:
    """Turn a skipped report into a failed one that names the reason; leave every other as it is."""
    if report.outcome != "skipped":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", "")
    report.outcome = "failed"
    report.longrepr = f"skipped under CI, where every test must run: {report.nodeid} ({reason})"
    # Without this pytest would still count an expected failure as one.
    if hasattr(report, "wasxfail"):
        del report.wasxfail


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Each phase of each test."""
    report = yield
    if STRICT:
        refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself while it is collected."""
    report = yield
    if STRICT:
        refuse_skip(report)
    return report

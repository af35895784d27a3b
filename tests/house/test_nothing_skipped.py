"""Can a test slip away under CI without anyone noticing?"""

from __future__ import annotations

from pathlib import Path

import pytest

SKIPPING = {
    "a skip in the test": "import pytest\n\ndef test_it():\n    pytest.skip('no server here')\n",
    "a mark": "import pytest\n\n@pytest.mark.skip(reason='no server here')\ndef test_it():\n    pass\n",
    "a condition": "import pytest\n\n@pytest.mark.skipif(True, reason='no server here')\ndef test_it():\n    pass\n",
    "a missing module": "import pytest\n\npytest.importorskip('no_server_here', reason='no server here')\n",
    "a fixture": "import pytest\n\n@pytest.fixture\ndef server():\n    pytest.skip('no server here')\n\n"
    "def test_it(server):\n    pass\n",
    "an expected failure": "import pytest\n\n@pytest.mark.xfail(reason='no server here')\n"
    "def test_it():\n    assert False\n",
}


def run(pytester: pytest.Pytester, root: Path, code: str) -> pytest.RunResult:
    """Run one test module in a process of its own, with the plugin."""
    pytester.makepyfile(test_planted=code)
    return pytester.runpytest_subprocess(
        "-p", "tests.house.nothing_skipped", "-p", "no:cacheprovider", "-o", f"pythonpath={root}"
    )


@pytest.fixture
def ci(monkeypatch: pytest.MonkeyPatch, project_root: Path) -> None:
    """A child process that believes it runs under CI, and finds the plugin."""
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PYTHONPATH", str(project_root))


@pytest.mark.usefixtures("ci")
@pytest.mark.parametrize("way", SKIPPING)
def test_under_ci_a_skip_is_a_failure(pytester: pytest.Pytester, project_root: Path, way: str) -> None:
    result = run(pytester, project_root, SKIPPING[way])
    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*skipped under CI*no server here*"])
    assert "skipped" not in result.parseoutcomes()


@pytest.mark.usefixtures("ci")
def test_under_ci_a_passing_test_passes(pytester: pytest.Pytester, project_root: Path) -> None:
    result = run(pytester, project_root, "def test_it():\n    pass\n")
    result.assert_outcomes(passed=1)


@pytest.mark.usefixtures("ci")
def test_elsewhere_a_skip_stays_a_skip(
    pytester: pytest.Pytester, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI")
    result = run(pytester, project_root, SKIPPING["a skip in the test"])
    result.assert_outcomes(skipped=1)

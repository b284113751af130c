"""What cannot be tested is said aloud, and where everything must run it is a failure."""

import pytest

from tests import needs


def test_on_somebodys_machine_a_missing_program_skips_the_test(monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="cannot run here: no cheese"):
        needs.missing("no cheese")


def test_where_everything_must_run_it_fails_the_test(monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="cannot run here: no cheese"):
        needs.missing("no cheese")


def test_the_last_lines_say_what_was_not_tested():
    skipped = ["Skipped: cannot run here: no cheese"] * 2 + ["Skipped: for another reason"]

    assert needs.explain(skipped) == ["2 tests cannot run here: no cheese"]

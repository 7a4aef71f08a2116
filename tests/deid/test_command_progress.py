"""The command says how far it is, and how long it will still take."""

import pytest

from deid.engine.command import progress


@pytest.mark.parametrize(
    ("each", "said"), [(0.5, "about 4 s left"), (60, "about 8 min left"), (10, "about 80 s left")]
)
def test_a_phase_says_how_long_it_will_still_take(capsys, monkeypatch, each, said):
    now = iter(each * count for count in range(100))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    assert list(progress.shown("cleaning", 10, "files", range(10))) == list(range(10))
    lines = capsys.readouterr().err.splitlines()
    assert any(line.startswith("cleaning: 2 of 10 files") and line.endswith(said) for line in lines)
    assert lines[-1].endswith("per second")

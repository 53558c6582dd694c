"""How the agent is called by hand."""

from __future__ import annotations

import pytest

from sync.__main__ import CONFIG, main


def test_without_a_word_it_takes_the_gates_own_settings(capsys: pytest.CaptureFixture[str]) -> None:
    if CONFIG.exists():
        pytest.skip(f"{CONFIG}: this machine is a gate")
    assert main(["--once"]) == 2
    assert str(CONFIG) in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--once", "--url", "https://hub.example"])
    assert "give --config" in capsys.readouterr().err

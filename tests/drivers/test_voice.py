"""The voice through a real player process that writes down what it was given to play."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from drivers.clip import read_clip
from drivers.output_health import OutputState
from drivers.spoken import Line, clip_name
from drivers.utterances import MAX_FEVERS, Utterance, Utterances
from drivers.voice import Voice, open_voice
from drivers.voice_config import SHIPPED, VoiceConfig, VoiceConfigError

#: A player: notes "begin CLIP", plays for as long as the file ``length`` says by then, notes "end CLIP".
PLAYER = """#!{python} -SE
import hashlib, os, select, sys, time
here = os.path.dirname(os.path.abspath(__file__))
clip = hashlib.sha256(sys.stdin.buffer.read()).hexdigest()
def note(word):
    with open(here + "/played", "a") as log:
        log.write(word + " " + clip + " " + " ".join(sys.argv[1:]) + "\\n")
def length():
    with open(here + "/length") as file:
        return float(file.read())
begun = time.monotonic()
if length() < 0:
    sys.exit("aplay: main:831: audio open error: No such file or directory\\nmore words")
note("begin")
while time.monotonic() - begun < length():
    select.select([], [], [], 0.01)
note("end")
"""


@cache
def clip_names(folder: Path) -> dict[str, str]:
    """Clips by the hash of their bytes; @N at N percent."""
    return {
        hashlib.sha256(read_clip(path, percent).wav).hexdigest(): path.stem + ("" if percent == 100 else f"@{percent}")
        for path in folder.glob("*.wav")
        for percent in (100, 40, 30)
    }


def until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """What *condition* gives as soon as it gives something true; a busy machine may take *seconds* over it."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        pause.wait(0.005)
    return found


class Speaker:
    """A folder with the player in it and what the player noted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = folder / "aplay"
        self.program.write_text(PLAYER.replace("{python}", sys.executable))
        self.program.chmod(0o755)
        (folder / "played").touch()
        self.length(0)

    def length(self, seconds: float) -> None:
        """How long every clip lasts from now on; negative: there is no sound card."""
        part = self.folder / "length.part"
        part.write_text(str(seconds))
        part.rename(self.folder / "length")

    def config(self, **settings: Any) -> VoiceConfig:
        every: dict[str, Any] = {"player": str(self.program), "volume_percent": 100}
        return VoiceConfig(**every | settings)

    def played(self) -> list[str]:
        """What was played: "begin fever.zh", "end fever.zh", and so on."""
        lines = (self.folder / "played").read_text().splitlines()
        return [f"{word} {clip_names(SHIPPED)[clip]}" for word, clip in (line.split(" ")[:2] for line in lines)]

    def arguments(self) -> str:
        return (self.folder / "played").read_text().splitlines()[0].split(" ", 2)[2]


@pytest.fixture
def speaker(tmp_path: Path) -> Speaker:
    return Speaker(tmp_path)


@pytest.fixture
def voice(speaker: Speaker) -> Iterator[Voice]:
    voice = open_voice(speaker.config())
    yield voice
    voice.close()


def test_a_line_is_played_in_the_language_of_the_gate(voice: Voice, speaker: Speaker) -> None:
    voice.say(Line.ADMIT)
    until(lambda: speaker.played() == ["begin admit.zh", "end admit.zh"])
    assert speaker.arguments() == "-q -"
    assert voice.health.state is OutputState.OK


def test_both_languages_are_played_one_after_the_other(speaker: Speaker) -> None:
    voice = open_voice(speaker.config(languages=("zh", "en"), device="plughw:1,0"))
    voice.say(Line.DENY_OUT)
    until(lambda: len(speaker.played()) == 4)
    assert speaker.played() == ["begin deny_out.zh", "end deny_out.zh", "begin deny_out.en", "end deny_out.en"]
    assert speaker.arguments() == "-q -D plughw:1,0 -"
    voice.close()


def test_the_player_is_found_on_the_path(speaker: Speaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{speaker.folder}:{os.environ['PATH']}")
    voice = open_voice(VoiceConfig(volume_percent=100))
    voice.say(Line.REST)
    until(lambda: speaker.played() == ["begin rest.zh", "end rest.zh"])
    voice.close()


def test_the_newest_line_cuts_the_one_before(voice: Voice, speaker: Speaker) -> None:
    speaker.length(600)
    voice.say(Line.RETAKE)
    until(lambda: speaker.played() == ["begin retake.zh"])
    voice.say(Line.ADMIT)
    until(lambda: speaker.played() == ["begin retake.zh", "begin admit.zh"])
    assert voice.health.state is OutputState.OK


def test_a_fever_cuts_everything_and_nothing_cuts_a_fever(voice: Voice, speaker: Speaker) -> None:
    speaker.length(600)
    voice.say(Line.ADMIT)
    until(lambda: speaker.played() == ["begin admit.zh"])
    voice.say(Line.FEVER)
    until(lambda: speaker.played() == ["begin admit.zh", "begin fever.zh"])
    for line in (Line.RETAKE, Line.DENY_IN, Line.ADMIT):
        voice.say(line)
    speaker.length(0)
    until(lambda: speaker.played()[2:] == ["end fever.zh", "begin admit.zh", "end admit.zh"])


def test_two_fevers_are_both_spoken_in_full(voice: Voice, speaker: Speaker) -> None:
    speaker.length(600)
    voice.say(Line.FEVER)
    until(lambda: speaker.played() == ["begin fever.zh"])
    voice.say(Line.FEVER)
    speaker.length(0)
    until(lambda: speaker.played() == ["begin fever.zh", "end fever.zh"] * 2)


def test_the_operator_may_stop_even_a_fever(voice: Voice, speaker: Speaker) -> None:
    speaker.length(600)
    voice.say(Line.FEVER)
    until(lambda: speaker.played() == ["begin fever.zh"])
    voice.say(Line.FEVER)
    voice.stop()
    voice.say(Line.ADMIT)
    until(lambda: speaker.played() == ["begin fever.zh", "begin admit.zh"])


def test_night_is_quieter_except_for_a_fever(speaker: Speaker) -> None:
    voice = open_voice(speaker.config(volume_percent=40))
    voice.say(Line.ADMIT, night=True)
    until(lambda: speaker.played() == ["begin admit.zh@30", "end admit.zh@30"])
    voice.say(Line.FEVER, night=True)
    until(lambda: speaker.played()[2:] == ["begin fever.zh@40", "end fever.zh@40"])
    voice.louder()
    voice.say(Line.FEVER, night=True)
    until(lambda: speaker.played()[4:] == ["begin fever.zh", "end fever.zh"])
    voice.stop()
    voice.set_volume(100, 40)
    voice.say(Line.REFER, night=True)
    until(lambda: speaker.played()[6:] == ["begin refer.zh@40", "end refer.zh@40"])
    voice.close()


def test_a_volume_of_nothing_and_a_line_left_out_are_silent(speaker: Speaker) -> None:
    voice = open_voice(speaker.config(lines=frozenset({Line.ADMIT, Line.FEVER}), night_volume_percent=0))
    voice.say(Line.ADMIT, night=True)
    voice.say(Line.DENY_IN)
    voice.say(Line.FEVER)
    until(lambda: speaker.played() == ["begin fever.zh", "end fever.zh"])
    assert [line for line, _ in voice.history] == [Line.ADMIT, Line.FEVER]
    voice.close()


def test_words_wait_for_the_buzzer(voice: Voice, speaker: Speaker) -> None:
    begun = time.monotonic()
    voice.say(Line.RETAKE, after_ms=300)
    until(lambda: speaker.played() == ["begin retake.zh", "end retake.zh"])
    assert time.monotonic() - begun >= 0.3


def test_a_person_s_own_recording_is_preferred_and_gaps_are_filled(speaker: Speaker) -> None:
    own = speaker.folder / "own"
    own.mkdir()
    (own / clip_name(Line.ADMIT, "zh")).write_bytes((SHIPPED / clip_name(Line.REST, "en")).read_bytes())
    voice = open_voice(speaker.config(folder=own))
    voice.say(Line.ADMIT)
    until(lambda: speaker.played() == ["begin rest.en", "end rest.en"])
    voice.say(Line.REFER)
    until(lambda: speaker.played()[2:] == ["begin refer.zh", "end refer.zh"])
    voice.close()


def test_a_missing_player_is_a_state_and_no_crash() -> None:
    voice = open_voice(VoiceConfig(player="no-such-player"))
    voice.say(Line.FEVER)
    assert voice.self_test() == ()
    assert voice.health.state is OutputState.NO_HARDWARE
    assert "no-such-player not found; install alsa-utils" in voice.health.reason
    assert [line for line, _ in voice.history] == [Line.FEVER]
    voice.stop()
    voice.close()


def test_a_voice_switched_off_says_so() -> None:
    voice = open_voice(VoiceConfig(player=""))
    assert voice.health.state is OutputState.NO_HARDWARE
    assert "player = ''" in voice.health.reason
    voice.close()


def test_a_sound_card_that_goes_and_comes_back_is_seen(voice: Voice, speaker: Speaker) -> None:
    speaker.length(-1)
    voice.say(Line.ADMIT)
    until(lambda: voice.health.state is OutputState.FAILED)
    assert "exit 1: aplay: main:831: audio open error: No such file or directory" in voice.health.reason
    assert "more words" not in voice.health.reason
    speaker.length(0)
    voice.say(Line.ADMIT)
    until(lambda: voice.health.state is OutputState.OK)


def test_a_clip_that_is_none_is_seen_and_the_next_is_played(speaker: Speaker) -> None:
    own = speaker.folder / "own"
    own.mkdir()
    (own / clip_name(Line.ADMIT, "zh")).write_bytes(b"no sound")
    voice = open_voice(speaker.config(folder=own))
    voice.say(Line.ADMIT)
    until(lambda: voice.health.state is OutputState.FAILED)
    assert "voice: admit.zh.wav: " in voice.health.reason
    voice.say(Line.REFER)
    until(lambda: voice.health.state is OutputState.OK)
    voice.close()


def test_a_player_that_does_not_start_is_seen(voice: Voice, speaker: Speaker) -> None:
    speaker.program.write_text("#!/no/such/interpreter\n")
    voice.say(Line.ADMIT)
    until(lambda: voice.health.state is OutputState.FAILED)
    assert "No such file or directory" in voice.health.reason


def test_a_player_that_hangs_is_ended_and_seen(voice: Voice, speaker: Speaker) -> None:
    speaker.length(600)
    voice.say(Line.REFER)
    until(lambda: voice.health.state is OutputState.FAILED, 20)
    assert "still playing 3 s after the end" in voice.health.reason
    assert speaker.played() == ["begin refer.zh"]


def test_no_call_waits_for_the_player(voice: Voice, speaker: Speaker) -> None:
    speaker.length(600)
    voice.say(Line.FEVER)
    until(lambda: speaker.played() == ["begin fever.zh"])
    begun = time.monotonic()
    for _ in range(1000):
        voice.say(Line.ADMIT)
    assert time.monotonic() - begun < 1  # each takes microseconds
    assert len(voice.history) == 1000


def test_the_self_test_says_every_line_in_turn(voice: Voice, speaker: Speaker) -> None:
    lines = voice.self_test()
    assert lines == tuple(Line)
    until(lambda: len(speaker.played()) == 2 * len(lines))
    assert speaker.played()[::2] == [f"begin {line}.zh" for line in lines]


def test_anything_said_ends_the_self_test(voice: Voice, speaker: Speaker) -> None:
    speaker.length(600)
    voice.self_test()
    until(lambda: speaker.played() == ["begin admit.zh"])
    voice.say(Line.FEVER)
    until(lambda: speaker.played() == ["begin admit.zh", "begin fever.zh"])
    speaker.length(0)
    voice.say(Line.REFER)
    until(lambda: speaker.played()[2:] == ["end fever.zh", "begin refer.zh", "end refer.zh"])


def test_closing_ends_the_player_and_speaks_no_more(voice: Voice, speaker: Speaker) -> None:
    speaker.length(600)
    voice.say(Line.FEVER)
    until(lambda: speaker.played() == ["begin fever.zh"])
    voice.close()
    voice.say(Line.ADMIT)
    voice.close()
    assert speaker.played() == ["begin fever.zh"]
    assert not [thread for thread in threading.enumerate() if thread.name == "voice"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"languages": ("zh", "fr")}, "languages: expected some of zh, en"),
        ({"languages": ()}, "languages: expected some of zh, en"),
        ({"lines": frozenset({"name"})}, "lines: 'name' is none of admit"),
        ({"volume_percent": 101}, "volume_percent: expected a whole number from 0 to 100, got 101"),
        ({"night_volume_percent": True}, "night_volume_percent: expected"),
        ({"folder": Path("/no/such/folder")}, "folder: /no/such/folder is no folder"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(VoiceConfigError) as refused:
        VoiceConfig(**settings)
    assert str(refused.value).startswith(message)


def said(line: Line, from_ms: int = 0) -> Utterance:
    return Utterance(line, 100, from_ms)


def test_of_waiting_lines_the_fever_is_first_and_the_newest_other_next() -> None:
    waiting = Utterances()
    for line in (Line.ADMIT, Line.FEVER, Line.DENY_IN, Line.RETAKE):
        waiting.add(said(line))
    due = [waiting.due(0), waiting.due(0), waiting.due(0)]
    assert due == [said(Line.FEVER), said(Line.RETAKE), None]


@pytest.mark.parametrize("line", [Line.FEVER, Line.ADMIT])
def test_a_self_test_is_dropped_for_whatever_is_said(line: Line) -> None:
    waiting = Utterances()
    waiting.add_tests([Utterance(each, 100, test=True) for each in Line])
    assert waiting.due(0) == Utterance(Line.ADMIT, 100, test=True)
    waiting.add(said(line))
    assert [waiting.due(0), waiting.due(0)] == [said(line), None]


def test_no_storm_of_fevers_can_fill_the_queue() -> None:
    waiting = Utterances()
    for _ in range(100):
        waiting.add(said(Line.FEVER))
    assert [waiting.due(0) for _ in range(MAX_FEVERS + 1)] == [said(Line.FEVER)] * MAX_FEVERS + [None]


def test_words_that_come_too_late_are_left_out_but_a_fever_never() -> None:
    waiting = Utterances()
    waiting.add(said(Line.ADMIT))
    assert waiting.due(3001) is None
    waiting.add(said(Line.FEVER))
    assert waiting.due(99_000) == said(Line.FEVER)


def test_nothing_is_begun_while_a_fever_waits_for_the_buzzer() -> None:
    waiting = Utterances()
    waiting.add(said(Line.FEVER, 500))
    waiting.add(said(Line.ADMIT))
    assert waiting.due(499) is None
    assert waiting.next_due() == 500
    assert waiting.due(500) == said(Line.FEVER, 500)
    assert waiting.due(500) == said(Line.ADMIT)
    assert waiting.next_due() is None


def test_a_clip_at_night_is_quieter_to_the_ear() -> None:
    path = SHIPPED / clip_name(Line.ADMIT, "zh")
    loud, quiet = (array("h", read_clip(path, percent).wav[44:]) for percent in (100, 30))
    assert max(quiet) == pytest.approx(0.3 * max(loud), rel=0.01)

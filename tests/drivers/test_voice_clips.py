"""The shipped clips are what they say they are, and no words but the agreed ones exist."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import wave
from array import array
from pathlib import Path

import pytest

from drivers.clip import MAX_BYTES, ClipError, read_clip
from drivers.patterns import PATTERNS, Meaning
from drivers.spoken import LANGUAGES, WORDS, Line, clip_name
from drivers.voice_config import SHIPPED

CLIPS = [SHIPPED / clip_name(line, language) for line in Line for language in LANGUAGES]
PAGE = Path(__file__).parents[2] / "docs" / "signals.md"


def samples(path: Path) -> array[int]:
    with wave.open(str(path), "rb") as source:
        return array("h", source.readframes(source.getnframes()))


def rms(part: array[int]) -> float:
    return math.sqrt(sum(sample * sample for sample in part) / len(part)) / 32768


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_each_clip_is_16_khz_mono_and_16_bit(clip: Path) -> None:
    with wave.open(str(clip), "rb") as source:
        assert (source.getframerate(), source.getnchannels(), source.getsampwidth()) == (16_000, 1, 2)


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_each_clip_is_levelled_and_trimmed(clip: Path) -> None:
    sound = samples(clip)
    assert 0.8 < max(map(abs, sound)) / 32768 < 0.95
    assert rms(sound) > 0.08
    tenth = 1600
    assert rms(sound[:tenth]) > 0.001, "silence at the beginning"
    assert rms(sound[-2 * tenth :]) > 0.001, "silence at the end"


@pytest.mark.parametrize("line", Line)
def test_chinese_is_spoken_one_syllable_a_character(line: Line) -> None:
    """An espeak-ng that reads tones aloud as English words takes half as long again or more."""
    hanzi = re.findall("[\u4e00-\u9fff]", WORDS[line].zh)
    syllables = re.findall("[a-z]+[1-5]", WORDS[line].pinyin)
    assert len(hanzi) == len(syllables)
    seconds = len(samples(SHIPPED / clip_name(line, "zh"))) / 16_000
    assert 0.2 < seconds / len(hanzi) < 0.5


def test_every_clip_sounds_different() -> None:
    assert len({clip.read_bytes() for clip in CLIPS}) == len(CLIPS)


def test_all_clips_together_stay_under_a_megabyte() -> None:
    assert sum(clip.stat().st_size for clip in CLIPS) < 1_000_000
    assert sorted(SHIPPED.glob("*.wav")) == sorted(CLIPS)


@pytest.mark.skipif(not shutil.which("sox"), reason="sox is not installed")
@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_another_reader_finds_sound_in_each_clip(clip: Path) -> None:
    done = subprocess.run(["sox", clip, "-n", "stat"], check=True, capture_output=True, text=True, timeout=30)
    found = {key: float(value) for key, value in re.findall(r"^(.+?):\s+(-?[\d.]+)$", done.stderr, re.MULTILINE)}
    assert 0.5 < found["Length (seconds)"] < 3.0
    assert found["RMS     amplitude"] > 0.08


def test_the_words_name_nobody_and_promise_nothing() -> None:
    words = " ".join(f"{words.zh} {words.en}" for words in WORDS.values())
    assert not re.search(r"[\d%]|°|正常|健康|normal\b(?<!abnormal)|healthy", words)
    assert WORDS[Line.ADMIT].zh == "请通行"


def test_the_page_lists_every_line() -> None:
    page = PAGE.read_text("utf-8")
    for line, words in WORDS.items():
        assert f"| `{line}` | {words.zh} | {words.en} |" in page


def test_the_fever_words_fit_between_two_bursts() -> None:
    louder = PATTERNS[Meaning.FEVER].louder
    assert louder
    assert louder.train.period_ms
    rest = louder.train.period_ms - louder.train.burst_ms
    for language in LANGUAGES:
        assert len(samples(SHIPPED / clip_name(Line.FEVER, language))) / 16 < rest


def write_wav(path: Path, content: array[int], channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as sink:
        sink.setparams((channels, 2, 8000, 0, "NONE", ""))
        sink.writeframes(content.tobytes())
    return path


def test_a_clip_is_scaled_to_its_percentage(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", array("h", [1000, -1000, 32767, -32768, 0] * 800))
    clip = read_clip(path, 30)
    assert clip.seconds == 0.5
    (tmp_path / "b.wav").write_bytes(clip.wav)
    assert list(samples(tmp_path / "b.wav")[:5]) == [300, -300, 9830, -9831, 0]


def test_a_clip_at_full_volume_is_unchanged(tmp_path: Path) -> None:
    original = SHIPPED / clip_name(Line.ADMIT, "zh")
    (tmp_path / "b.wav").write_bytes(read_clip(original).wav)
    assert samples(tmp_path / "b.wav") == samples(original)


def test_a_file_that_is_no_clip_is_refused_by_name(tmp_path: Path) -> None:
    cut = write_wav(tmp_path / "cut.wav", array("h", [1] * 8000)).read_bytes()[:30]
    files = {
        "absent.wav": None,
        "empty.wav": b"",
        "text.wav": b"not a sound",
        "cut.wav": cut,
        "stereo.wav": write_wav(tmp_path / "stereo.wav", array("h", [1] * 8000), 2).read_bytes(),
        "none.wav": write_wav(tmp_path / "none.wav", array("h")).read_bytes(),
        "long.wav": write_wav(tmp_path / "long.wav", array("h", [1]) * (MAX_BYTES // 2 + 1)).read_bytes(),
    }
    for name, content in files.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(ClipError, match=f"^{re.escape(name)}: "):
            read_clip(tmp_path / name)

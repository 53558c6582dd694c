"""Make the spoken clips: ``python -m drivers.clips.make [FOLDER]`` (needs espeak-ng and sox).

The clips are 16 kHz, mono, 16 bit, trimmed and levelled, some 35 kB each.  They are meant to be replaced by a person's
voice: put files of the same names into a folder and name it in the setting ``voice.folder``.

espeak-ng 1.51 reads Hanzi tones aloud as English words, and the file looks fine; so Chinese is given as pinyin to the
voice ``cmn-latn-pinyin``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from drivers.spoken import LANGUAGES, WORDS, Line, clip_name

#: Words a minute: slower than espeak-ng's 175, for older people in a noisy street.
SPEED = "150"
VOICES = {"zh": "cmn-latn-pinyin", "en": "en-gb"}
#: Drop the silence at one end: everything before the first 10 ms above 0.5 % of full scale.
TRIM = ("silence", "1", "0.01", "0.5%")
#: Two falling tones before a line that nobody at the gate waits for: sox's own sines, faded, a fifth apart.
CHIMES = ("784", "523")
CHIME_S = "0.22"


def make(line: Line, language: str, folder: Path) -> Path:
    """Write one clip into *folder* and return its path.

    :raises subprocess.CalledProcessError: if espeak-ng or sox refuses.
    """
    words = WORDS[line]
    text = words.pinyin if language == "zh" else words.en
    target = folder / clip_name(line, language)
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.wav"
        subprocess.run(["espeak-ng", "-v", VOICES[language], "-s", SPEED, "-w", raw, text], check=True)
        # -R repeats the same dither, so that the same words give the same bytes.
        trimmed = [*TRIM, "reverse", *TRIM, "reverse"]
        finished = ["rate", "16k", *trimmed, "pad", "0.02", "0.05", "norm", "-1"]
        if line is not Line.NOTICE:
            subprocess.run(["sox", "-R", raw, "-b", "16", "-c", "1", target, *finished], check=True)
            return target
        words_only = Path(scratch) / "words.wav"
        subprocess.run(["sox", "-R", raw, "-b", "16", "-c", "1", words_only, *finished], check=True)
        tones = [_tone(hertz, Path(scratch) / f"{hertz}.wav") for hertz in CHIMES]
        subprocess.run(["sox", "-R", *tones, words_only, "-b", "16", "-c", "1", target, "norm", "-1"], check=True)
    return target


def _tone(hertz: str, path: Path) -> Path:
    fade = ["fade", "0.005", CHIME_S, "0.15"]
    subprocess.run(
        ["sox", "-R", "-n", "-r", "16k", "-b", "16", "-c", "1", path, "synth", CHIME_S, "sine", hertz, *fade],
        check=True,
    )
    return path


def main(arguments: list[str]) -> None:
    """Make every clip and print its size."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    for line in Line:
        for language in LANGUAGES:
            clip = make(line, language, folder)
            print(f"{clip.name} {clip.stat().st_size}")


if __name__ == "__main__":
    main(sys.argv[1:])

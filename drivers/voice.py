"""The spoken word at the gate: recorded clips, by meaning, one at a time, through an external player.

Promises:

1. No call waits: one thread speaks.
2. Nothing is spoken that is not in :data:`drivers.spoken.WORDS`: no name, no temperature.
3. A fever is never dropped; of everything else the newest wins.
4. No player, no sound card or a bad clip is a state that the screen shows, never an exception.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections import deque
from pathlib import Path

from drivers.clip import ClipError, read_clip
from drivers.output_health import OutputHealth, OutputState
from drivers.player import Player, PlayerError
from drivers.spoken import Line, clip_name
from drivers.utterances import Utterance, Utterances
from drivers.voice_config import SHIPPED, VoiceConfig

log = logging.getLogger(__name__)

#: The last lines asked for, kept for the health page and for tests; as many as of the signals.
MAX_HISTORY = 1000
#: How often, in seconds, a playing clip is looked at: a cut is heard at once, and the processor sleeps between.
POLL_S = 0.02
#: How long close() waits for the thread, in seconds: a cut and a killed player.
CLOSE_WAIT_S = 2.0
#: The longest a line may be put off, in milliseconds: the longest burst of the buzzer and some more.
MAX_AFTER_MS = 5000


class Voice:
    """The voice of one gate.  Made by :func:`open_voice`; every method may be called from any thread."""

    def __init__(self, config: VoiceConfig, player: Player | None) -> None:
        """Speak through *player*; with ``None`` only remember what was asked for."""
        self._config = config
        self._player = player
        self._volume = (config.volume_percent, config.night_volume_percent)
        self._loud = False
        self._utterances = Utterances()
        self._current: Utterance | None = None
        self._cut = False
        self._fault = ""
        self._history: deque[tuple[Line, int]] = deque(maxlen=MAX_HISTORY)
        self._closing = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, args=(player,), name="voice", daemon=True)
        if player:
            self._thread.start()

    def say(self, line: Line, *, night: bool = False, after_ms: int = 0) -> None:
        """Say *line*, or nothing where the configuration leaves it out.

        *night* takes the night's volume, except for a fever.  *after_ms* (0 to 5000) lets the buzzer finish first.
        """
        if line not in self._config.lines:
            return
        with self._wake:
            self._history.append((line, time.clock_gettime_ns(time.CLOCK_BOOTTIME)))
            by_day, by_night = self._volume
            percent = by_night if night and line is not Line.FEVER else by_day
            percent = 100 if self._loud and line is Line.FEVER else percent
            if percent == 0 or self._closing:
                return
            self._utterances.add(Utterance(line, percent, _now_ms() + min(max(after_ms, 0), MAX_AFTER_MS)))
            self._cut = self._cut or (self._current is not None and self._current.may_be_cut)
            self._wake.notify()

    def louder(self) -> None:
        """Say every fever at full volume until :meth:`stop`."""
        with self._wake:
            self._loud = True

    def stop(self) -> None:
        """Be quiet now, on the operator's word, and forget what waits; the next line is spoken as usual."""
        with self._wake:
            self._loud = False
            self._utterances.clear()
            self._cut = self._current is not None
            self._wake.notify()

    def set_volume(self, percent: int, night_percent: int) -> None:
        """Use other volumes from the next line on; each is held within 0 to 100."""
        with self._wake:
            self._volume = (min(max(percent, 0), 100), min(max(night_percent, 0), 100))

    def self_test(self) -> tuple[Line, ...]:
        """Say every line that is spoken here, for a person to confirm; the lines, or none without a player.

        Returns at once; the next line said ends the test.
        """
        if self._player is None:
            return ()
        lines = tuple(line for line in Line if line in self._config.lines)
        with self._wake:
            by_day = self._volume[0]
            if by_day == 0:
                return ()
            self._utterances.add_tests([Utterance(line, by_day, test=True) for line in lines])
            self._wake.notify()
        return lines

    @property
    def health(self) -> OutputHealth:
        """Whether the last words reached a sound card, and if not, why not."""
        if not self._config.player:
            return OutputHealth(OutputState.NO_HARDWARE, "voice: switched off in the configuration (player = '')")
        if self._player is None:
            reason = f"voice: {self._config.player} not found; install alsa-utils or name another player"
            return OutputHealth(OutputState.NO_HARDWARE, reason)
        if not self._thread.is_alive() and not self._closing:
            return OutputHealth(OutputState.FAILED, "voice: it does not answer; restart the station")
        fault = self._fault
        return OutputHealth(OutputState.FAILED if fault else OutputState.OK, fault)

    @property
    def history(self) -> tuple[tuple[Line, int], ...]:
        """The last lines asked for, oldest first, with their CLOCK_BOOTTIME in nanoseconds."""
        with self._wake:
            return tuple(self._history)

    def close(self) -> None:
        """Be quiet and end the thread.  May be called again; nothing is said afterwards."""
        with self._wake:
            self._closing = True
            self._utterances.clear()
            self._cut = True
            self._wake.notify()
        if self._player:
            self._thread.join(CLOSE_WAIT_S)

    def _run(self, player: Player) -> None:
        while (utterance := self._next()) is not None:
            for language in self._config.languages:
                if not self._cut:
                    self._speak(player, utterance, language)

    def _next(self) -> Utterance | None:
        """Wait for something to say; ``None`` when the voice is closed."""
        with self._wake:
            self._current = None
            while not self._closing:
                now = _now_ms()
                if (utterance := self._utterances.due(now)) is not None:
                    self._current, self._cut = utterance, False
                    return utterance
                due = self._utterances.next_due()
                self._wake.wait(None if due is None else max(due - now, 1) / 1000)
        return None

    def _speak(self, player: Player, utterance: Utterance, language: str) -> None:
        fault = ""
        try:
            player.play(read_clip(self._path(utterance.line, language), utterance.percent), self._is_cut)
        except (ClipError, PlayerError) as error:
            fault = f"voice: {error}"
        if fault and not self._fault:
            log.warning("%s", fault)
        if self._fault and not fault:
            log.warning("voice: it is back")
        self._fault = fault

    def _is_cut(self) -> bool:
        """Wait a moment, and say whether the clip is to end."""
        with self._wake:
            return self._cut or (self._wake.wait(POLL_S) and self._cut)

    def _path(self, line: Line, language: str) -> Path:
        name = clip_name(line, language)
        own = self._config.folder / name if self._config.folder else SHIPPED / name
        return own if own.exists() else SHIPPED / name


def open_voice(config: VoiceConfig) -> Voice:
    """Find the player that *config* names.  Its absence is a state of the voice, not an error."""
    program = shutil.which(config.player) if config.player else None
    voice = Voice(config, Player(program, config.device) if program else None)
    if voice.health.state is not OutputState.OK:
        log.warning("%s", voice.health.reason)
    return voice


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000

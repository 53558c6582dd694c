"""Carries out what the lane asks of lamps, buzzer, voice and gate.

A result of the lane is shown for its moment; an alarm that nobody has answered comes back after it.  Words follow
the buzzer's burst, so that they are heard: a fever's after each, the others' once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from drivers.output_thread import AfterBurst
from drivers.patterns import Meaning
from drivers.signals import Signals, SignalsBusyError
from drivers.spoken import Line
from drivers.voice import Voice
from station.desk.announcing import Announcer
from station.lane.effects import Calm, Effect, Louder, OpenGate, SelfTest, Signal, Silence

#: How long a green or amber shown over an alarm stays before the alarm's own lamps return.
_OVER_ALARM_MS = 3_000
#: Meanings whose lamps stay on until they are put out; green goes out by itself.
_STAYS = frozenset({Meaning.RETAKE, Meaning.DENY, Meaning.REFER})
_SPOKEN = {Meaning.ADMIT: Line.ADMIT, Meaning.REFER: Line.REFER, Meaning.FEVER: Line.FEVER}


def line_for(signal: Signal) -> Line | None:
    """What is said with *signal*; a device's trouble is not spoken."""
    if signal.meaning is Meaning.DENY:
        return Line.DENY_OUT if signal.direction == "out" else Line.DENY_IN
    if signal.meaning is Meaning.RETAKE:
        return Line.REST if signal.rest else Line.RETAKE
    return _SPOKEN.get(signal.meaning)


class Outputs:
    """Lamps, buzzer, gate and voice of one gate, as one.

    *open_signals* opens the lamps, given what is to follow each burst of the buzzer.  *unspoken_at_night* is not said
    while people sleep above the gate; a fever always is.
    """

    def __init__(
        self,
        open_signals: Callable[[AfterBurst], Signals],
        voice: Voice,
        gate_open_s: float,
        unspoken_at_night: Iterable[Line] = (),
    ) -> None:
        self.voice = voice
        self._unspoken_at_night = frozenset(unspoken_at_night) - {Line.FEVER}
        self._gate_open_s = gate_open_s
        self._alarming = False
        self._stays = False
        self._back_ms: int | None = None
        self._said: tuple[Signal, bool] | None = None
        self._announced: Callable[[int, bool], bool] = lambda _now_ms, _quiet: False
        self.signals = open_signals(self._speak)

    def announce(self, announcer: Announcer, notices: Callable[[], frozenset[str]]) -> None:
        """From now on the voice asks people to look at the *notices* to be spoken, when *announcer* says so."""
        self._announced = lambda now_ms, quiet: announcer.due(notices(), now_ms, quiet)

    def carry_out(self, effect: Effect, night: bool, now_ms: int) -> None:
        """Do *effect*; effects that are none of ours are left alone."""
        match effect:
            case Signal():
                self._show(effect, night, now_ms)
            case Silence():
                self.signals.silence(effect.milliseconds / 1000)
            case Louder():
                self.signals.louder()
                self.voice.louder()
            case Calm():
                self._alarming, self._back_ms = False, None
                self.signals.clear()
                self.voice.stop()
            case SelfTest():
                # Somebody is being held after all: then lamps and buzzer work, and who tests sees it.
                with suppress(SignalsBusyError):
                    self.signals.self_test()
                    self.voice.self_test()
            case OpenGate():
                self.signals.open_gate(self._gate_open_s)

    def ticked(self, now_ms: int, gate_empty: bool) -> None:
        """Bring an alarm's lamps back after a result was shown over it; put out what stays once the gate is empty."""
        if self._alarming:
            if self._back_ms is not None and now_ms >= self._back_ms:
                self._back_ms = None
                self.signals.show(Meaning.FEVER, resumed=True)
        elif self._stays and gate_empty:
            self._stays = False
            self.signals.clear()
        if self._announced(now_ms, gate_empty and not self._alarming):
            self.voice.say(Line.NOTICE)

    def alarm(self) -> None:
        """Sound again what was sounding before a restart."""
        self._alarming = True
        self._said = (Signal(Meaning.FEVER), False)
        self.signals.show(Meaning.FEVER)

    def device(self, night: bool) -> None:
        """The low beep of a device that broke."""
        self.signals.show(Meaning.DEVICE, night=night)

    def close(self) -> None:
        """All off."""
        self.voice.close()
        self.signals.close()

    def _show(self, signal: Signal, night: bool, now_ms: int) -> None:
        if signal.meaning is Meaning.FEVER:
            self._alarming, self._back_ms = True, None
        elif self._alarming:
            self._back_ms = now_ms + _OVER_ALARM_MS
        self._stays = signal.meaning in _STAYS
        self._said = (signal, night)
        self.signals.show(signal.meaning, night=night)

    def _speak(self, meaning: Meaning, burst: int) -> None:
        """After a burst, in the outputs' own thread: the words that belong to it."""
        said = self._said
        if meaning is Meaning.FEVER:
            self.voice.say(Line.FEVER)
        elif said is not None and said[0].meaning is meaning and burst == 1:
            signal, night = said
            line = line_for(signal)
            if line is not None and not (night and line in self._unspoken_at_night):
                self.voice.say(line, night=night)

"""What symptoms a plan names [002-4]: 发热 干咳 乏力 胸闷.  Pure."""

from __future__ import annotations

SYMPTOMS = ("fever", "cough", "fatigue", "chest")

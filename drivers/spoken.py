"""What the voice may say: a closed table, so that no name and no temperature can ever be spoken.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

#: Languages that there are clips for.
LANGUAGES = ("zh", "en")


class Line(StrEnum):
    """One thing the voice can say, named by meaning."""

    ADMIT = "admit"
    RETAKE = "retake"
    REST = "rest"
    FEVER = "fever"
    REFER = "refer"
    DENY_IN = "deny_in"
    DENY_OUT = "deny_out"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Words:
    """One line in both languages, and how the Chinese is read: numbered pinyin, as spoken (yi2 ci4)."""

    zh: str
    pinyin: str
    en: str


#: Admit says that the way is free and nothing about anybody's health.
WORDS: Mapping[Line, Words] = MappingProxyType(
    {
        Line.ADMIT: Words("请通行", "qing3 tong1 xing2", "Please go."),
        Line.RETAKE: Words("请再测一次", "qing3 zai4 ce4 yi2 ci4", "Please measure again."),
        Line.REST: Words("请休息后再测", "qing3 xiu1 xi5 hou4, zai4 ce4", "Please rest, then measure again."),
        Line.FEVER: Words(
            "体温异常,请稍候",
            "ti3 wen1 yi4 chang2, qing3 shao1 hou4",
            "Temperature abnormal. Please wait here.",
        ),
        Line.REFER: Words("请稍候", "qing3 shao1 hou4", "Please wait here."),
        Line.DENY_IN: Words("暂不能进", "zan4 bu4 neng2 jin4", "You cannot enter now."),
        Line.DENY_OUT: Words("暂不能出", "zan4 bu4 neng2 chu1", "You cannot leave now."),
        Line.NOTICE: Words("请看屏幕通知", "qing3 kan4 ping2 mu4 tong1 zhi1", "Please look at the notice."),
    }
)


def clip_name(line: Line, language: str) -> str:
    """The file name of a clip: ``fever.zh.wav``."""
    return f"{line}.{language}.wav"

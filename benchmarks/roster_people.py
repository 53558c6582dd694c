"""A county seat of invented people, the same every time: for the search benchmark and for tests of imports.

Surnames come with their shares of the population as everybody knows them (李 王 张 …, roughly 7 % each), given
names from the characters of several generations.  Nobody here exists.  ID and phone numbers are whole, because a
file of an office has whole ones; the check digit is right, the regions (4114xx) and the numbers are made up.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from station.credential.id_number import check_digit

#: The county seat that the requirements describe: residents of 184 compounds.
COUNTY = 55_887
#: Surname and its share in a thousand people; about nine in ten Chinese bear one of the first hundred.
SURNAMES = (
    "王72 李72 张68 刘54 陈45 杨31 黄22 赵20 吴20 周19 徐15 孙15 马13 朱13 胡12 郭11 何11 林11 高10 罗9 郑8 梁8 "
    "谢7 宋7 唐7 许6 韩6 邓6 冯6 曹6 彭5 曾5 肖5 田5 董5 袁5 潘5 于4 蒋4 蔡4 余4 杜4 叶4 程4 "
    "苏4 魏4 吕4 丁4 任4 沈4 姚3 卢3 姜3 崔3 钟3 谭3 陆3 汪3 范3 金3 石3 廖3 贾3 夏3 韦3 付3 "
    "方3 白3 邹3 孟3 熊3 秦3 邱3 江3 尹2 薛2 闫2 段2 雷2 侯2 龙2 史2 陶2 黎2 贺2 顾2 毛2 郝2 "
    "龚2 邵2 万2 钱2 严2 覃2 武2 戴2 莫2 孔2 向2 汤2 单1 仇1 解1 区1 查1 朴1 翟1 乐1 缪1 盖1 "
    "牟1 欧阳1 上官1 司马1 诸葛1 尉迟1"
)
_OLDER = "国建志文明德秀玉桂兰英华军平荣福贵春生成永和林芳珍凤美云海清金水庆义忠山石根发财有田"
_MIDDLE = "伟强勇杰磊涛斌超波辉刚鹏飞亮健敏静丽艳娟霞燕红梅玲莉萍琴慧洁颖娜婷雪琳佳蕾倩丹晶洋宁阳旭东晓峰"
_YOUNGER = "子梓轩浩宇涵欣怡诗雨思语嘉俊泽睿晨熙妍彤瑞博文昊天一诺奕辰沐若曦可馨铭源悦彦琪依萱玥喆翀堃乐晟"
_TAGS = ("独居老人", "残疾人", "孕妇", "无手机")


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person with everything that an office's file holds."""

    name: str
    compound: str
    building: int
    unit: int
    room: int
    id_number: str
    phone: str
    klass: str
    plate: str
    tag: str

    @property
    def place(self) -> str:
        """The room as most people write it."""
        return f"{self.building}号楼{self.unit}单元{self.room}"


def people(count: int = COUNTY, compounds: int = 1, seed: int = 20200210) -> Iterator[Person]:
    """*count* people, household after household; with one compound everybody lives in one large one."""
    draw = random.Random(seed)
    surnames, weights = _surnames()
    made = 0
    rooms = _rooms(compounds)
    while made < count:
        compound, building, unit, room = next(rooms)
        size = draw.choices((1, 2, 3, 4, 5, 6), (8, 22, 30, 22, 12, 6))[0]
        family = draw.choices(surnames, weights)[0]
        plate = _plate(draw) if draw.random() < 0.45 else ""
        for member in range(min(size, count - made)):
            own = family if member != 1 else draw.choices(surnames, weights)[0]
            born = draw.randint(1935, 2019)
            yield Person(
                name=own + _given(draw, born),
                compound=compound,
                building=building,
                unit=unit,
                room=room,
                id_number=_id_number(draw, born, made),
                phone=f"1{draw.choice('3456789')}{draw.randrange(10**9):09d}",
                klass="返乡人员" if draw.random() < 0.02 else "居民",
                plate=plate if member == 0 else "",
                tag=draw.choice(_TAGS) if draw.random() < 0.03 else "",
            )
            made += 1


def write_csv(path: Path, listed: Iterable[Person], encoding: str = "utf-8-sig") -> None:
    """The file that an office would send."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["序号", "姓名", "小区", "住址", "身份证号", "联系电话", "人员类别", "车牌号", "标签"])
        for number, each in enumerate(listed, 1):
            where = (each.compound, each.place)
            writer.writerow([number, each.name, *where, each.id_number, each.phone, each.klass, each.plate, each.tag])


def _surnames() -> tuple[list[str], list[int]]:
    pairs = [(entry.rstrip("0123456789"), entry) for entry in SURNAMES.split()]
    return [name for name, _ in pairs], [int(entry[len(name) :]) for name, entry in pairs]


def _given(draw: random.Random, born: int) -> str:
    signs = _OLDER if born < 1968 else _MIDDLE if born < 1998 else _YOUNGER
    # One character in three names of the middle generation, fewer before and after.
    single = draw.random() < (0.35 if signs is _MIDDLE else 0.12)
    return draw.choice(signs) if single else draw.choice(signs) + draw.choice(signs)


def _id_number(draw: random.Random, born: int, made: int) -> str:
    """Region and serial number together are the count of the person, so that no number comes twice."""
    birthday = f"{born:04d}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
    first = f"{411400 + made // 1000 % 100}{birthday}{made % 1000:03d}"
    return first + check_digit(first)


def _plate(draw: random.Random) -> str:
    signs = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    return "豫" + draw.choice("JJJJAG") + "·" + "".join(draw.choice(signs) for _ in range(5))


def _rooms(compounds: int) -> Iterator[tuple[str, int, int, int]]:
    """Rooms of six-floor houses with three units and two flats a floor; enough houses for anybody."""
    for building in range(1, 100_000):
        for compound in range(compounds):
            name = f"第{compound + 1}小区" if compounds > 1 else ""
            for unit in (1, 2, 3):
                for floor in range(1, 7):
                    for flat in (1, 2):
                        yield name, building, unit, floor * 100 + flat

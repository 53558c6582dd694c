"""Writes ``static/pinyin.txt``, from which the page offers characters: ``python -m station.web.make_pinyin``.

The first line has the surnames a hundred crowds would have, the second the characters of given names, both with the
usual ones first; then one line per syllable with its characters.  Readings come from pypinyin, surnames' own ones from
:mod:`station.pinyin`; how usual a character is otherwise is counted in pypinyin's phrases.  Made, not typed: a test
makes it again and compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from station.pinyin import COMPOUND_SURNAMES, DOUBTFUL, SURNAMES

TARGET = Path(__file__).parent / "static" / "pinyin.txt"

#: About as common as in the country; the first screen of a name shows them, seven at a time.
COMMON_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞"
    "章鲁葛伍韦申尤毕聂丛焦向柳邢岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁"
    "隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边净阚裘晋"
)
#: Characters of given names, the usual first.
COMMON_GIVEN = (
    "英华秀兰国文明玉建军丽红春志海平玲伟芳敏静强磊洋勇艳杰娟涛超霞燕刚辉琴云桂凤梅荣珍香莲福贵金银生成林龙飞鹏宇浩轩梓涵子"
    "晨阳雨欣怡佳嘉俊豪博睿思诗雅琪琳婷慧颖晓小雪冰倩莉萍娜媛洁洪波斌峰山川江河东南西北中正德仁义礼智信忠孝和顺安康宁永长"
    "久天地日月星光亮耀祥瑞吉庆喜乐欢爱美素淑贞惠清新心若如意之其亦凡一诺言语墨书画琦瑶瑾瑜璐玥珂珊璇馨彤芸芷萱蕾菲薇蓉茜莎"
    "苗苏茹荷菊竹松柏桐楠榕杉森木水火土石田野原宏伯仲叔季元亨利先后大力士民公社会家邦兴旺盛昌隆发达富胜利凯旋跃进步前程远翔"
    "翰辰晖旭昊昕晗晴朗皓哲彬炜烨煜煊熙琛瀚泽润浩淼涵沐沛泓澜溪宸宽宪容宾寅尧岚峻崇嵩巍川州庭廷延建彦律得徽怀恒恩悦惟慎懿成"
    "戎振捷敬斯方施旻昂昱晟景晶智曦朋权材来杨柯栋梁楚槿歆正殊毅气汉沁治泉津浦渊清渝湘源滢漫潇灵灿炎然熠爽牧特独玄王玖玫珏"
    "珩珺琰琼瑛璟璞瓒生甜用画盈益真知石硕礼社祖祯禄禹秋科程稳立童端笑筠精纪纯纳纶纹经绍绮维绪绫缘翠翊翌聪育胤舒良艺芝芬芮花"
    "苑苒范茂茗茵荃莹菁菡萌葆葛蓓蔚蕊薪虎虹蝶行衍裕西观言训诚诗誉谦谨豫贝贤贺赋赫超越路轶辛辰迅近连迪逸遥道邵郁郡采金鑫铁铃"
    "铭锋锐锦长闻阔阳陆隽雄雅集雨雯露霄霖青靖静韬韵音颂颜风飒飞馥骁骏高魁鲁鸣鸿鹤麒麟麦黎默齐龄"
)
#: Usual in names, and missing from the older character set (GB 2312).
MORE_OF_NAMES = (
    "玥喆翀堃珺赟祎昇燚頔洺琤璟甯翾芃菡锟铠铄钊骐堯赑镕珮翊暐犇昉旸晞沄浠湉滟玘珵瑄璠叡劼勍彧忞恺怿惇愔栎桢楒椽"
)
#: More than twelve keys' worth of one syllable and nobody looks further; yi has the most that are used.
MOST = 160


def lines() -> Iterator[str]:
    """The lines of the file."""
    # A moment and 50 MB: only here and where a roster is imported.
    from pypinyin import Style, pinyin
    from pypinyin.phrases_dict import phrases_dict

    heard = Counter(sign for phrase in phrases_dict for sign in phrase)
    common = list(dict.fromkeys(COMMON_SURNAMES))
    rank = list(dict.fromkeys(COMMON_GIVEN + COMMON_SURNAMES + MORE_OF_NAMES))
    compound = ("欧阳", "上官", "司马", "诸葛", "司徒", "夏侯", "皇甫", "尉迟")
    assert COMPOUND_SURNAMES.issuperset(compound)
    yield " ".join((*common[:48], *compound, *common[48:]))
    yield "".join(rank)
    named = {sign: at for at, sign in enumerate(rank)}
    syllables: dict[str, set[str]] = {}
    for sign in {*_gb2312(), *rank, *(sign for name in SURNAMES for sign in name)}:
        everyday = pinyin(sign, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
        own = [part for reading in (*SURNAMES.get(sign, ()), *DOUBTFUL.get(sign, ())) for part in reading.split()]
        for reading in {*(everyday[0] if everyday else ()), *own}:
            if reading.isascii() and reading.isalpha():
                syllables.setdefault(reading, set()).add(sign)
    for syllable in sorted(syllables):
        signs = sorted(syllables[syllable], key=lambda sign: (named.get(sign, len(named)), -heard[sign], sign))
        yield f"{syllable} {''.join(signs[:MOST])}"


def _gb2312() -> Iterator[str]:
    """The 6,763 characters of GB 2312, level 1 first."""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


if __name__ == "__main__":
    TARGET.write_text("\n".join(lines()) + "\n", encoding="utf-8")

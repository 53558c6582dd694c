"""What to do about a broken row, by code, in both languages of the office.  Pure.

docs/roster.md lists the same codes; a test holds the two together.
"""

from __future__ import annotations

#: code → (Chinese, English)
ADVICE: dict[str, tuple[str, str]] = {
    "cell_date": (
        "表格把它变成了日期；请把这一列设为“文本”再重新填写",
        "the spreadsheet made a date of it; format the column as text and type it again",
    ),
    "cell_formula": ("公式出错；请填入值本身", "a formula that failed; put the value itself there"),
    "cell_rounded": (
        "表格把长数字四舍五入了，末尾已丢失；请把这一列设为“文本”再重新填写",
        "the spreadsheet rounded a long number and its end is lost; format the column as text and type it again",
    ),
    "cell_truth": ("这里是真/假值，不是文字；请重新填写", "a true/false value, not text; type it again"),
    "text_control": ("含有看不见的控制字符；请删掉后重新输入", "holds an invisible control character; type it again"),
    "text_lost": (
        "文字已经乱码（问号）；请从原文件另存为 UTF-8 或 xlsx",
        "characters were lost when it was saved; save the original as UTF-8 or xlsx",
    ),
    "text_private_sign": (
        "含有本机造字（生僻字造字）；请改用标准汉字或拼音",
        "a character that only one computer knows; use the standard one, or pinyin",
    ),
    "row_long": (
        "这一行比表头多出了格子；可能有一格里的逗号没有加引号",
        "more cells than headers; a comma inside a cell may lack its quotation marks",
    ),
    "row_twice": ("和前面某一行完全相同；请删掉一行", "the same as an earlier row; delete one of them"),
    "name_missing": ("没有姓名", "no name"),
    "name_number": (
        "姓名里有身份证号或电话号码；号码请放在它自己的列",
        "an ID or phone number in the name; it belongs in its own column",
    ),
    "name_total": ("这是合计或说明行，不是人；请删掉", "a line of totals or remarks, not a person; delete it"),
    "name_placeholder": ("这不是姓名；请填真名或删掉这一行", "not a name; type the real one or delete the row"),
    "name_masked": (
        "姓名被打了星号；门岗需要全名才能查找",
        "the name is masked; the gate needs it in full to search",
    ),
    "name_digits": (
        "姓名里有数字；同名的人靠房号区分，不用加数字",
        "digits in the name; two people of one name are told apart by their rooms",
    ),
    "name_several": ("一格里有几个姓名；每人一行", "several names in one cell; one row for each person"),
    "name_long": ("姓名超过 40 个字", "a name of more than 40 characters"),
    "name_signs": ("姓名里有不属于姓名的符号", "signs in the name that belong to no name"),
    "header_again": ("表头又出现了一次；请删掉这一行", "the headers once more; delete this row"),
    "id_masked": ("身份证号被遮住了末四位", "the last four of the ID number are masked"),
    "id_digit": ("身份证号校验不对，有一位输错了", "the ID number's check digit is wrong; one digit was mistyped"),
    "id_region": ("身份证号开头的地区不存在", "the ID number begins with a region that does not exist"),
    "id_birth": ("身份证号里的出生日期不可能", "the birth date in the ID number is impossible"),
    "id_old": ("15 位旧身份证号已作废；请填 18 位", "a 15-digit ID number is no longer valid; use the one of 18"),
    "id_length": ("身份证号位数不对，应为 18 位", "an ID number has 18 characters, this one has not"),
    "id_letters": ("身份证号里把 0 或 1 写成了字母", "a letter O, I or L stands in the ID number for 0 or 1"),
    "id_shape": ("看不出是哪种证件号码", "the number of no document known here"),
    "id_twice": ("同一个身份证号前面已经出现过", "the same ID number stands in an earlier row"),
    "last4_shape": ("应为 4 位（身份证最后一位可以是 X）", "expected four characters (an ID's last may be X)"),
    "last4_whole": (
        "这一列只收后四位，这里却是整个号码；请改列名或只留后四位",
        "this column takes the last four only and holds a whole number; rename it or shorten it",
    ),
    "last4_differs": ("后四位和身份证号对不上", "the last four are not those of the ID number"),
    "phone_masked": ("电话号码被遮住了末四位", "the last four of the phone number are masked"),
    "phone_signs": ("电话号码里有不是数字的字符", "signs in the phone number that are no digits"),
    "phone_start": ("手机号应以 13 到 19 开头", "a mobile number begins with 13 to 19"),
    "phone_length": ("电话号码位数不对", "a phone number of the wrong length"),
    "phone4_differs": ("后四位和电话号码对不上", "the last four are not those of the phone number"),
    "place_missing": ("没有住址；居民必须有房号", "no place; a resident has a room"),
    "place_room_missing": ("住址缺房号", "the place lacks its room"),
    "place_building_missing": ("住址只有房号，缺楼号", "the place is a room without its building"),
    "place_unclear": ("看不出是哪个楼号和房号；请写成 3-2-501", "no building and room to be seen; write 3-2-501"),
    "place_too_long": ("住址超过 24 个字", "a place of more than 24 characters"),
    "place_number": ("住址里有身份证号或电话号码", "an ID or phone number in the place"),
    "building_missing": ("缺楼号", "no building"),
    "building_unclear": ("看不出楼号", "not the number of a building"),
    "unit_unclear": ("看不出单元号", "not the number of a unit"),
    "room_missing": ("缺房号", "no room"),
    "room_unclear": ("看不出房号", "not the number of a room"),
    "compound_number": ("小区名里有身份证号或电话号码", "an ID or phone number in the compound's name"),
    "compound_long": ("小区名超过 32 个字", "a compound's name of more than 32 characters"),
    "household_number": (
        "户号太长，像身份证号；可以删掉这一列，按房号分户",
        "too long a number, like an ID; without the column a household is its room",
    ),
    "household_long": ("户号超过 32 个字", "a household's name of more than 32 characters"),
    "class_unknown": (
        "不认识的类别；可用：居民 返乡人员 来访 物业 干部 急救",
        "an unknown class; use resident, returnee, visitor, worker, official or emergency",
    ),
    "plate_province": ("车牌第一个字应为省份简称", "a number plate begins with a province's character"),
    "plate_letter": ("车牌里没有字母 I 和 O；应为 1 和 0", "a number plate has no letters I and O; 1 and 0 are meant"),
    "plate_shape": ("不是车牌号", "not a number plate"),
    "plate_many": ("一个人的车牌超过 6 个", "more than 6 number plates for one person"),
    "tag_long": ("标签超过 32 个字", "a mark of more than 32 characters"),
    "tag_many": ("标签超过 8 个", "more than 8 marks"),
    "tag_number": ("标签里有身份证号或电话号码", "an ID or phone number among the marks"),
    "code_shape": ("不是门牌码；应为 16 个字符", "not the code of a tag; it has 16 characters"),
    "code_check": ("门牌码有一位输错了", "one character of the tag's code is wrong"),
    "code_twice": ("这个门牌码已经属于另一户", "this code belongs to another household"),
    "own_id_number": (
        "编号像身份证号或电话号码；请用短编号，或不用编号列",
        "looks like an ID or phone number; use short numbers, or leave the column out",
    ),
    "own_id_shape": ("编号只能用字母、数字、点和横线，最多 32 位", "letters, digits, dots and dashes only, at most 32"),
    "own_id_twice": ("编号前面已经出现过", "the same number stands in an earlier row"),
}

"""What ``station doctor`` says of the way to the hub, tokens, keys and inboxes, by code.  Pure."""

from __future__ import annotations

from typing import Final

from station.doctor.words import Words

STATION_WORDS: Final[dict[str, Words]] = {
    "hub_none": Words("社区端：没有设置", "hub: none is set"),
    "hub_ok": Words("社区端：{subject} 有应答，令牌有效", "hub: {subject} answers and knows our token"),
    "hub_unreachable": Words(
        "社区端：{subject} 连不上（{why}）",
        "hub: {subject} cannot be reached ({why})",
        "检查网络和地址；门岗照常工作，记录会补传",
        "check the network and the address; the gate works on, and records go later",
    ),
    "hub_refused": Words(
        "社区端：{subject} 不认这个令牌",
        "hub: {subject} does not know our token",
        "在社区端重新登记本门岗",
        "enrol this gate at the hub again",
    ),
    "hub_other": Words(
        "{subject} 有应答，但不是社区端（{why}）",
        "{subject} answers, but is not a hub ({why})",
        "检查地址；可能是登录页面（portal）",
        "check the address; it may be a network's login page",
    ),
    "token_missing": Words(
        "社区端：没有令牌 {subject}",
        "hub: there is no token {subject}",
        "在社区端登记本门岗",
        "enrol this gate at the hub",
    ),
    "token_unreadable": Words(
        "社区端：读不到令牌 {subject}",
        "hub: the token {subject} cannot be read by this user",
        "以 station-sync 或管理员身份运行可检查令牌",
        "run this as station-sync or root to check it",
    ),
    "secret_ok": Words("{subject}：只有主人能读", "{subject}: readable by its owner alone"),
    "secret_open": Words(
        "{subject}：别的用户也能读（权限 {mode}）",
        "{subject}: others can read it (mode {mode})",
        "chmod {wanted} {subject}；钥匙可能已泄露，请告诉办公室",
        "chmod {wanted} {subject}; tell the office: the key may be known",
    ),
    "settings_open": Words(
        "设置文件 {subject}：别的用户也能读（权限 {mode}）",
        "the settings {subject} can be read by others (mode {mode})",
        "chmod {wanted} {subject}；里面可能有摄像头的密码",
        "chmod {wanted} {subject}; a camera's password may be in it",
    ),
    "secret_hidden": Words(
        "{subject}：这个用户看不到", "{subject}: cannot be seen by this user", "以管理员身份运行", "run this as root"
    ),
    "key_none": Words("还没有本机钥匙，第一次启动时生成", "there is no station key yet; the first start makes one"),
    "inbox_ok": Words("收件口 {subject}：有人在收", "inbox {subject}: the desk listens"),
    "inbox_missing": Words(
        "收件口 {subject} 不在",
        "inbox {subject} is not there",
        "启动 desk（systemctl start station.target 或 station up）",
        "start the desk (systemctl start station.target, or station up)",
    ),
    "inbox_deaf": Words(
        "收件口 {subject} 没人收",
        "nobody listens at the inbox {subject}",
        "desk 停了：systemctl status station-desk",
        "the desk is down: systemctl status station-desk",
    ),
    "inbox_open": Words(
        "收件口 {subject}：谁都能写（权限 {mode}）",
        "inbox {subject}: anybody can write to it (mode {mode})",
        "chmod 0660，组 station-inbox",
        "chmod 0660, group station-inbox",
    ),
    "inbox_refused": Words(
        "收件口 {subject}：这个用户不能写",
        "inbox {subject}: this user may not write to it",
        "把驱动的用户加入 station-inbox 组",
        "add the drivers' user to the group station-inbox",
    ),
}

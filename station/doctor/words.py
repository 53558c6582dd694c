"""What ``station doctor`` says, by code: the finding and what to do, in simplified Chinese and in English.  Pure.

Gaps in braces are filled by the check.  What is well needs nothing to be done.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Words(NamedTuple):
    """One finding."""

    zh: str
    en: str
    todo_zh: str = ""
    todo_en: str = ""


WORDS: Final[dict[str, Words]] = {
    # -- devices
    "thermometer_none": Words(
        "没有设置体温枪",
        "no thermometer is set up",
        "插好后运行 station devices --probe --write-config 设置文件",
        "plug one in, then: station devices --probe --write-config SETTINGS",
    ),
    "thermometer_ok": Words("体温枪 {subject}：{what} 正常", "thermometer {subject}: {what} answers"),
    "thermometer_in_use": Words(
        "体温枪 {subject}：驱动程序正在使用", "thermometer {subject}: its driver has it; see the badge on the screen"
    ),
    "thermometer_missing": Words(
        "体温枪 {subject}：找不到 {port}",
        "thermometer {subject}: {port} is not there",
        "检查插头和线；用 station devices 看现在的名字",
        "check plug and cable; station devices shows its name now",
    ),
    "thermometer_refused": Words(
        "体温枪 {subject}：{port} 打不开（{why}）",
        "thermometer {subject}: {port} cannot be opened ({why})",
        "把运行的用户加入 dialout 组，或以管理员身份运行",
        "add the user who runs it to the group dialout, or run this as root",
    ),
    "thermometer_console": Words(
        "体温枪 {subject}：{port} 是系统控制台，不能用",
        "thermometer {subject}: {port} is the system's console and cannot be used",
        "从 /boot/firmware/cmdline.txt 去掉 console=，或换一个口",
        "take console= out of /boot/firmware/cmdline.txt, or use another port",
    ),
    "thermometer_silent": Words(
        "体温枪 {subject}：{port} 没有数据",
        "thermometer {subject}: nothing comes from {port}",
        "检查是否开机、线是否插紧；protocol 写型号比 auto 快",
        "is it switched on, its cable in? name its protocol in place of auto",
    ),
    "thermometer_noise": Words(
        "体温枪 {subject}：{port} 的数据看不懂",
        "thermometer {subject}: what comes from {port} is not understood",
        "检查型号（protocol）和速率（baud）",
        "check its model (protocol) and its speed (baud)",
    ),
    "thermometer_unstable_name": Words(
        "体温枪 {subject}：{port} 这个名字重插后会变",
        "thermometer {subject}: the name {port} changes when it is plugged in again",
        "改用 {better}",
        "use {better}",
    ),
    "thermometer_viewer": Words(
        "体温枪 {subject}：{what} 只能看图，不给体温",
        "thermometer {subject}: {what} shows pictures and gives no readings",
        "另接一支体温枪",
        "connect a thermometer as well",
    ),
    "thermometer_unknown": Words(
        "体温枪 {subject}：没有 {protocol} 这个型号",
        "thermometer {subject}: there is no protocol {protocol}",
        "型号见 docs/devices.md",
        "docs/devices.md lists the protocols",
    ),
    "calibration_unsigned": Words(
        "体温枪 {subject}：校准值 {offset} 没有签字",
        "thermometer {subject}: its offset of {offset} is not signed",
        "请管理员签字，或把它去掉",
        "have the admin sign it, or take it out",
    ),
    "calibration_due": Words(
        "体温枪 {subject}：上次校准是 {day}，已过期",
        "thermometer {subject}: was compared on {day}, more than a year ago",
        "重新校准",
        "compare it again",
    ),
    "calibration_set": Words(
        "体温枪 {subject}：校准 {offset}（对照 {name}，{day}）",
        "thermometer {subject}: offset {offset} (compared with {name} on {day})",
    ),
    "camera_none": Words(
        "没有设置摄像头",
        "no camera is set up",
        "插好后运行 station devices --write-config 设置文件",
        "plug one in, then: station devices --write-config SETTINGS",
    ),
    "camera_ok": Words("摄像头 {subject}：{source} 在", "camera {subject}: {source} is there"),
    "camera_missing": Words(
        "摄像头 {subject}：找不到 {source}",
        "camera {subject}: {source} is not there",
        "检查插头；用 station devices 看现在的名字",
        "check its plug; station devices shows its name now",
    ),
    "camera_refused": Words(
        "摄像头 {subject}：{source} 打不开",
        "camera {subject}: {source} may not be opened",
        "把运行的用户加入 video 组，或以管理员身份运行",
        "add the user who runs it to the group video, or run this as root",
    ),
    "camera_network": Words(
        "摄像头 {subject}：网络摄像头 {source} 有应答", "camera {subject}: the network camera {source} answers"
    ),
    "camera_unreachable": Words(
        "摄像头 {subject}：网络摄像头 {source} 连不上（{why}）",
        "camera {subject}: the network camera {source} cannot be reached ({why})",
        "检查它的电源和网线、地址",
        "check its power, its cable and its address",
    ),
    "camera_no_picamera2": Words(
        "摄像头 {subject}：缺少 picamera2",
        "camera {subject}: picamera2 is missing",
        "sudo apt install python3-picamera2",
        "sudo apt install python3-picamera2",
    ),
    "scanner_ok": Words("扫码枪 {subject}：{which} 在", "scanner {subject}: {which} is there"),
    "scanner_missing": Words(
        "扫码枪 {subject}：找不到 {which}",
        "scanner {subject}: {which} is not there",
        "检查插头；用 station devices 看现在的名字",
        "check its plug; station devices shows its name now",
    ),
    "scanner_several": Words(
        "扫码枪 {subject}：{which} 有 {n} 个，分不清",
        "scanner {subject}: {which} is there {n} times",
        "设置里改用 path",
        "use path in place of match in the settings",
    ),
    "scanner_refused": Words(
        "扫码枪 {subject}：{which} 打不开",
        "scanner {subject}: {which} may not be opened",
        "把运行的用户加入 input 组，或以管理员身份运行",
        "add the user who runs it to the group input, or run this as root",
    ),
    # -- lamps and buzzer
    "gpio_ok": Words("灯和蜂鸣器：{what} 可用", "lamps and buzzer: {what} works"),
    "gpio_off": Words("灯和蜂鸣器：设置为不用", "lamps and buzzer: switched off in the settings"),
    "gpio_mock": Words(
        "灯和蜂鸣器：演示用，不会亮也不会响",
        "lamps and buzzer: for demonstration, nothing lights or sounds",
        "真用时把 signals.backend 改为 auto",
        "at a real gate set signals.backend to auto",
    ),
    "gpio_no_pins": Words(
        "灯和蜂鸣器：没有设置任何引脚",
        "lamps and buzzer: no pin is set",
        "在 [signals] 里写 red、green、buzzer 的引脚号",
        "set the pins red, green and buzzer in [signals]",
    ),
    "gpio_empty_lgpio": Words(
        "灯和蜂鸣器：lgpio 是空包",
        "lamps and buzzer: lgpio is the empty package",
        "pip uninstall lgpio；apt install python3-lgpio；venv 要能看见系统的包",
        "pip uninstall lgpio; apt install python3-lgpio; let the venv see system packages",
    ),
    "gpio_none": Words(
        "灯和蜂鸣器：没有可用的引脚（{why}）",
        "lamps and buzzer: there are no pins to drive ({why})",
        "树莓派上：apt install python3-lgpio，用户加入 gpio 组；别的电脑：backend 设为 null，只用屏幕和声音",
        "on a Raspberry Pi: apt install python3-lgpio, group gpio; elsewhere backend = null: screen and voice only",
    ),
    "voice_ok": Words("语音：{what} 可用", "voice: {what} is there"),
    "voice_off": Words("语音：设置为不用", "voice: switched off in the settings"),
    "voice_no_player": Words(
        "语音：缺少播放程序 aplay",
        "voice: the player aplay is missing",
        "apt install alsa-utils",
        "apt install alsa-utils",
    ),
    # -- the machine
    "fonts_ok": Words("中文字体：{what}", "Chinese font: {what}"),
    "fonts_missing": Words(
        "没有中文字体，屏幕上会是方块",
        "there is no Chinese font; the screen would show boxes",
        "apt install fonts-wqy-microhei",
        "apt install fonts-wqy-microhei",
    ),
    "zbar_ok": Words("读码：libzbar 在", "codes: libzbar is there"),
    "zbar_missing": Words(
        "读码：缺少 libzbar，难读的码会读不出",
        "codes: libzbar is missing; hard codes will not be read",
        "apt install libzbar0",
        "apt install libzbar0",
    ),
    "disk_ok": Words("磁盘 {subject}：剩 {free} MB", "disk {subject}: {free} MB free"),
    "disk_low": Words(
        "磁盘 {subject}：只剩 {free} MB",
        "disk {subject}: only {free} MB free",
        "腾出空间；写满后不能再放行",
        "make room: when it is full nobody can be let through",
    ),
    "disk_full": Words(
        "磁盘 {subject}：快满了，只剩 {free} MB",
        "disk {subject}: nearly full, {free} MB free",
        "马上腾出空间或换大卡",
        "make room at once, or use a larger card",
    ),
    "disk_missing": Words(
        "目录 {subject} 不在",
        "the folder {subject} is not there",
        "先启动一次 desk，或运行安装脚本",
        "start the desk once, or run the installation",
    ),
    "write_ok": Words("写盘 {subject}：{ms} 毫秒", "writing to {subject}: {ms} ms"),
    "write_slow": Words(
        "写盘 {subject}：{ms} 毫秒，太慢",
        "writing to {subject}: {ms} ms is slow",
        "换一张耐用型（A1/A2）存储卡或用 SSD",
        "use an endurance card (A1/A2) or an SSD",
    ),
    "write_failed": Words(
        "不能写入 {subject}（{why}）",
        "{subject} cannot be written ({why})",
        "以 station-desk 或管理员身份运行；检查卡是否变成只读",
        "run this as station-desk or root; a worn-out card turns read-only",
    ),
    "clock_ok": Words("时钟：已校准", "clock: set by a time server"),
    "clock_rtc": Words("时钟：来自时钟芯片，未联网校准", "clock: from its own chip, not checked against a server"),
    "clock_unset": Words(
        "时间未校准（{today}）",
        "the clock is not set ({today})",
        "接网线，或装时钟芯片（RTC）；有期限的证会转为询问",
        "connect a network or fit a clock chip (RTC); until then passes with dates lead to a question",
    ),
    "users_ok": Words("服务用户：都在", "service users: all there"),
    "users_missing": Words(
        "服务用户或组不在：{names}",
        "service users or groups are missing: {names}",
        "再运行一次安装脚本，或 systemd-sysusers",
        "run the installation again, or systemd-sysusers",
    ),
    "users_none": Words("没有装成系统服务", "not installed as services"),
    "groups_missing": Words(
        "现在的用户不在这些组里：{names}",
        "the user who runs this is not in: {names}",
        "sudo usermod -aG 组名 用户名，重新登录",
        "sudo usermod -aG GROUP USER, then log in again",
    ),
    # -- the station
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

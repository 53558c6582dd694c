"""What ``station doctor`` says of the machine: lamps, voice, fonts, disks, clock and users, by code.  Pure."""

from __future__ import annotations

from typing import Final

from station.doctor.words import Words

MACHINE_WORDS: Final[dict[str, Words]] = {
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
}

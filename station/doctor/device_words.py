"""What ``station doctor`` says of thermometers, cameras and scanners, by code.  Pure."""

from __future__ import annotations

from typing import Final

from station.doctor.words import Words

DEVICE_WORDS: Final[dict[str, Words]] = {
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
}

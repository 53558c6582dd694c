#!/bin/sh
# Install the station on Debian 12 or 13 or a 64-bit Raspberry Pi OS, from an unpacked bundle or from a clone.
#
#   sudo sh systemd/install.sh gate [--no-apt] [--no-kiosk]   a gate
#   sudo sh systemd/install.sh hub [--no-apt]                 the community's machine
#   sudo sh systemd/install.sh uninstall                      programs and units go; settings and records stay
#
# It may be run again at any time: what is there already is brought up to date, settings and records are left alone.
# DESTDIR=FOLDER places the files in that folder, for images and tests: no programs, no packages, no users, no start.
set -eu
# Whatever root uses: services of other users have to read what is installed.
umask 022

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
source=$(dirname -- "$here")
root=${DESTDIR-}
units=$root/etc/systemd/system
# What every gate needs; lgpio and picamera2 exist only as Debian packages.
needed='python3-venv libzbar0 alsa-utils'
pi_needed='python3-lgpio python3-picamera2'
kiosk_needed='cage xwayland seatd wlr-randr chromium fonts-wqy-microhei'
gate_units='station.target station-inbox.socket station-desk.service station-thermometer@.service
    station-camera@.service station-wedge@.service station-sync.service station-carry@.service
    station-kiosk.service'

say() { printf 'install: %s\n' "$*"; }

die() {
    printf 'install: %s\n' "$*" >&2
    exit 1
}

usage() {
    sed -n '4,6s/^# *//p' "$0" >&2
    exit 2
}

# A real machine, and not an image in a folder.
real() { [ -z "$root" ]; }

# systemd runs here; in a chroot everything is prepared for the next boot instead.
running() { real && [ -d /run/systemd/system ]; }

is_pi() { grep -qs 'Raspberry Pi' /proc/device-tree/model; }

check_machine() {
    real || return 0
    [ "$(id -u)" -eq 0 ] || die 'this changes the system; run it as root: sudo sh systemd/install.sh ...'
    [ "$(getconf LONG_BIT)" = 64 ] || die 'a 64-bit system is needed; image the card with the 64-bit Raspberry Pi OS'
    command -v systemctl >/dev/null || die 'systemd is needed; on other systems run: ./run up --config station.toml'
}

# install_packages PACKAGE...: those that are missing; a package that this Debian does not have is named, not fatal.
install_packages() {
    real && [ -z "$no_apt" ] || return 0
    missing=
    for package in "$@"; do
        # shellcheck disable=SC2016  # dpkg-query's own variable
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "Debian packages:$missing"
    apt-get -qq -o DPkg::Lock::Timeout=120 update || say 'the lists of packages could not be fetched; going on'
    for package in $missing; do
        DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends \
            "$package" </dev/null || say "$package could not be installed; later: apt-get install $package"
    done
}

# The programs into /opt/station: from the bundle's wheels without a network, else from the package index.
install_programs() {
    real || return 0
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die 'Python 3.11 or newer is needed (Debian 12)'
    python3 -c 'import ensurepip, venv' 2>/dev/null || die 'python3-venv is missing: apt-get install python3-venv'
    # It sees Debian's packages, because lgpio and picamera2 are nowhere else.
    [ -x /opt/station/bin/python ] || python3 -m venv --system-site-packages /opt/station
    # -I: no package of this folder or of the environment is taken for an installed one.
    pip='/opt/station/bin/python -I -m pip --quiet --disable-pip-version-check --no-input'
    if [ -d "$source/wheels" ]; then
        say 'programs from the bundle, without a network'
        # Two lists of words, split on purpose.
        # shellcheck disable=SC2086
        $pip install --no-index --find-links "$source/wheels" --require-hashes --no-deps -r "$source/requirements.txt"
        # shellcheck disable=SC2086
        $pip install --no-index --no-deps --force-reinstall "$source"/wheels/checkpoint_station-*.whl
    else
        say 'programs from the package index'
        work=$(mktemp -d)
        cp -R "$source/drivers" "$source/station" "$source/sync" "$source/pyproject.toml" "$source/LICENSE" "$work"
        # shellcheck disable=SC2086
        $pip install --only-binary=:all: --require-hashes --no-deps -r "$source/requirements.txt"
        # shellcheck disable=SC2086
        $pip install --no-deps --force-reinstall "$work"
        rm -rf "$work"
    fi
    mkdir -p /usr/local/bin
    ln -sf /opt/station/bin/station /usr/local/bin/station
}

# put MODE FILE FOLDER: one file of ours into a folder of the system.
put() {
    mkdir -p "$root$3"
    install -m "$1" "$here/$2" "$root$3/$(basename "$2")"
}

put_common() {
    put 644 sysusers.d/station.conf /etc/sysusers.d
    put 644 journald.conf.d/station.conf /etc/systemd/journald.conf.d
    if real; then systemd-sysusers /etc/sysusers.d/station.conf; fi
}

install_gate() {
    # shellcheck disable=SC2086
    install_packages $needed
    # shellcheck disable=SC2086
    if is_pi; then install_packages $pi_needed; fi
    # shellcheck disable=SC2086
    if [ -z "$no_kiosk" ]; then install_packages $kiosk_needed; fi
    install_programs
    put_common
    for unit in $gate_units; do put 644 "$unit" /etc/systemd/system; done
    put 644 tmpfiles.d/station.conf /etc/tmpfiles.d
    put 644 system.conf.d/station.conf /etc/systemd/system.conf.d
    put 644 udev/70-station.rules /etc/udev/rules.d
    put 644 station-camera-network.conf /opt/station/share
    put 755 station-kiosk /opt/station/sbin
    put 755 station-apply /opt/station/sbin
    put 755 station-carry /opt/station/sbin
    mkdir -p "$root/usr/local/sbin"
    ln -sf /opt/station/sbin/station-apply "$root/usr/local/sbin/station-apply"
    [ -e "$root/etc/station/station.toml" ] || put 640 station.toml /etc/station
    free_pins
    # In a chroot without /proc the next boot does it.
    if real && [ -e /proc/self/status ]; then systemd-tmpfiles --create /etc/tmpfiles.d/station.conf; fi
    mkdir -p "$units/station.target.wants" "$units/multi-user.target.wants"
    ln -sf ../station.target "$units/multi-user.target.wants/station.target"
    rm -f "$units/station.target.wants/station-kiosk.service"
    for unit in station-inbox.socket station-desk.service ${no_kiosk:-station-kiosk.service}; do
        [ "$unit" = yes ] || ln -sf "../$unit" "$units/station.target.wants/$unit"
    done
    if running; then
        # Where no udev runs there are no devices to name.
        if udevadm control --reload 2>/dev/null; then
            udevadm trigger --subsystem-match=tty --subsystem-match=video4linux --subsystem-match=gpio
        fi
        systemctl try-restart systemd-journald.service
    fi
    if real; then
        "$here/station-apply"
    elif [ -n "${STATION_PYTHON-}" ]; then
        DESTDIR=$root "$here/station-apply"
    fi
    say_next_gate
}

# A pin whose owner was killed keeps its level unless the kernel is told otherwise: the gate would stay open.
free_pins() {
    config=$root/boot/firmware/config.txt
    [ -f "$config" ] || return 0
    grep -q '^dtparam=strict_gpiod' "$config" && return 0
    printf '\n[all]\n# Checkpoint station: a pin goes back to its safe level when the program that held it dies.\n%s\n' \
        'dtparam=strict_gpiod' >>"$config"
    say "$config: dtparam=strict_gpiod added; it counts after the next start of the machine"
}

say_next_gate() {
    say 'done. Next:'
    say '  1. sudo nano /etc/station/station.toml     its id and name, pins, devices, the hub'
    say '  2. sudo station-apply                      checks it and puts it in force'
    say '  3. systemctl status station.target "station-*"'
    if grep -qs '^id = "gate-1"' "$root/etc/station/station.toml"; then
        say 'This gate is still called "gate-1"; no two gates may have the same id.'
    fi
}

install_hub() {
    # shellcheck disable=SC2086
    install_packages $needed
    install_programs
    put_common
    put 644 station-hub.service /etc/systemd/system
    mkdir -p "$units/multi-user.target.wants"
    ln -sf ../station-hub.service "$units/multi-user.target.wants/station-hub.service"
    if real; then install -d -m 700 -o station-hub -g station-hub /var/lib/station-hub; fi
    if running; then
        systemctl daemon-reload
        systemctl restart station-hub.service
    fi
    say 'done. Next, once: make the hub, note its password, take its root key away:'
    say '  sudo -u station-hub station hub init --state /var/lib/station-hub --name "幸福里社区"'
    say '  sudo systemctl restart station-hub'
}

uninstall() {
    if running; then
        systemctl stop station.target 'station-*' || :
    fi
    for unit in $gate_units station-hub.service; do rm -f "$units/$unit"; done
    rm -rf "$units/station.target.wants"
    rm -f "$units/multi-user.target.wants/station.target" "$units/multi-user.target.wants/station-hub.service"
    find "$units" -maxdepth 1 -type d -name 'station-camera@*.service.d' -exec rm -rf {} + 2>/dev/null || :
    rm -f "$root/etc/sysusers.d/station.conf" "$root/etc/tmpfiles.d/station.conf" \
        "$root/etc/systemd/journald.conf.d/station.conf" "$root/etc/systemd/system.conf.d/station.conf" \
        "$root/etc/udev/rules.d/70-station.rules" "$root/usr/local/sbin/station-apply" \
        "$root/usr/local/bin/station"
    rm -rf "$root/opt/station" "$root/etc/station/devices"
    if running; then
        systemctl daemon-reload
        udevadm control --reload 2>/dev/null || :
    fi
    say "programs and units are gone. Kept: $root/etc/station, $root/var/lib/station*, the users, and in config.txt"
    say 'dtparam=strict_gpiod. To forget everything, remove the folders by hand; the records are then lost for ever.'
}

role=${1-}
[ $# -eq 0 ] || shift
no_apt=
no_kiosk=
for option in "$@"; do
    case $option in
    --no-apt) no_apt=yes ;;
    --no-kiosk) no_kiosk=yes ;;
    *) usage ;;
    esac
done
case $role in
gate | hub | uninstall) check_machine ;;
*) usage ;;
esac
case $role in
gate) install_gate ;;
hub) install_hub ;;
uninstall) uninstall ;;
esac

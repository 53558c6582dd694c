"""The table of device families; docs/devices.md says the same in words, and a test holds the two together."""

from __future__ import annotations

from functools import partial

from drivers.events import Mode, Site
from drivers.thermometer.protocols import (
    calex_pyrousb,
    cjmcu_90614,
    gy_614v,
    gy_mcu90615,
    gy_mcu90640,
    heimann_hm,
    idc_50,
    omega_os_miniusb,
    optris,
    raytek_mi,
    text,
)
from drivers.thermometer.protocols.row import Poll, Protocol

#: Five times a second is as fast as a person can be judged, and leaves a 9,600 Bd line idle nine tenths of the time.
_POLL_MS = 200
#: The module measures anew every 125 ms.
_HEIMANN_MS = 150
#: Two questions make one frame.  An answer ends with a pause of a tenth of a second and may take as long to begin.
_OPTRIS_MS = 200
#: Three questions make one frame: three frames a second, each answer of some 9 bytes taking 10 ms at 9,600 Bd.
_RAYTEK_MS = 100

_ROWS = (
    Protocol(
        name="gy_mcu90615",
        title="GY-MCU90615, GY-MCU90615V2, GY-MCU90614",
        decoder=gy_mcu90615.decoder,
        encode=gy_mcu90615.encode,
        bauds=(115_200, 9_600),
        start=gy_mcu90615.CONTINUOUS,
        poll=Poll((gy_mcu90615.QUERY,), _POLL_MS),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=14,  # the 90614 board's default
    ),
    Protocol(
        name="gy_614v",
        title="GY-614V, GY-614V3, GY-615",
        decoder=gy_614v.decoder,
        encode=gy_614v.encode,
        bauds=(9_600, 115_200),
        start=gy_614v.CONTINUOUS,
        poll=Poll((gy_614v.QUERY,), _POLL_MS),
        mode=Mode.ADJUSTED,
        site=Site.FOREHEAD,
        rate_hz=10,  # the highest of its four rates; no source says which one is the default
    ),
    Protocol(
        name="cjmcu_90614",
        title="CJMCU-90614 (ambient first)",
        decoder=cjmcu_90614.decoder,
        encode=cjmcu_90614.encode,
        bauds=(115_200, 9_600, 57_600),
        start=cjmcu_90614.CONTINUOUS,
        poll=Poll((cjmcu_90614.QUERY,), _POLL_MS),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=10,  # assumed: no source gives it
    ),
    Protocol(
        name="cjmcu_90614_object_first",
        title="CJMCU-90614 (object first)",
        decoder=partial(cjmcu_90614.decoder, cjmcu_90614.Order.OBJECT_FIRST),
        encode=partial(cjmcu_90614.encode, order=cjmcu_90614.Order.OBJECT_FIRST),
        bauds=(115_200, 9_600, 57_600),
        start=cjmcu_90614.CONTINUOUS,
        poll=Poll((cjmcu_90614.QUERY,), _POLL_MS),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=10,  # assumed: no source gives it
        search=False,
    ),
    Protocol(
        name="idc_50",
        title="IDC-50 (option 2)",
        decoder=idc_50.decoder,
        encode=idc_50.encode,
        bauds=(115_200,),
        start=None,
        poll=None,
        mode=Mode.ADJUSTED,
        site=Site.FOREHEAD,
        rate_hz=2,
    ),
    Protocol(
        name="gy_mcu90640",
        title="GY-MCU90640 (viewer)",
        decoder=gy_mcu90640.decoder,
        encode=gy_mcu90640.encode,
        bauds=(115_200, 9_600),
        start=gy_mcu90640.AUTOMATIC,
        poll=None,
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=4,  # the most that 115,200 Bd can carry
    ),
    Protocol(
        name="heimann_hm",
        title="HM, Heimann HTPA32x32, YS-HAIMAN",
        decoder=heimann_hm.decoder,
        encode=heimann_hm.encode,
        bauds=(115_200,),
        start=None,
        poll=Poll((heimann_hm.QUERY,), _HEIMANN_MS, ambiguous=True),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=8,
        encode_other=heimann_hm.encode_other,
        answer=heimann_hm.answer,
    ),
    Protocol(
        name="text_value",
        title="One temperature a line",
        decoder=text.value_decoder,
        encode=text.encode_value,
        bauds=(9_600, 115_200),
        start=None,
        poll=None,
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=5,
        search=False,
        encode_other=text.encode_other,
    ),
    Protocol(
        name="text_to_ta",
        title="Lines TO: and TA:",
        decoder=text.to_ta_decoder,
        encode=text.encode_to_ta,
        bauds=(115_200, 9_600),
        start=None,
        poll=None,
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=5,
        search=False,
        encode_other=text.encode_other,
    ),
    Protocol(
        name="text_body",
        title="Lines E, to, ta, bo",
        decoder=text.body_decoder,
        encode=text.encode_body,
        bauds=(9_600, 115_200),
        start=None,
        poll=None,
        mode=Mode.ADJUSTED,
        site=Site.FOREHEAD,
        rate_hz=5,
        search=False,
        encode_other=text.encode_other,
    ),
    Protocol(
        name="raytek_mi",
        title="Raytek MI, MID, MI3",
        decoder=raytek_mi.decoder,
        encode=raytek_mi.encode,
        bauds=(9_600,),
        start=None,
        poll=Poll(raytek_mi.QUESTIONS, _RAYTEK_MS),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=3,
        search=False,
        answer=raytek_mi.answer,
    ),
    Protocol(
        name="optris",
        title="Optris CT, CS, CX, LT",
        decoder=optris.decoder,
        encode=optris.encode,
        bauds=(115_200, 9_600),
        start=None,
        poll=Poll(optris.QUESTIONS, _OPTRIS_MS, exclusive=True),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=3,
        search=False,
        answer=optris.answer,
    ),
    Protocol(
        name="optris_hs",
        title="Optris CSmicro hs",
        decoder=partial(optris.decoder, optris.HUNDREDTHS),
        encode=partial(optris.encode, scale=optris.HUNDREDTHS),
        bauds=(9_600, 115_200),
        start=None,
        poll=Poll(optris.QUESTIONS, _OPTRIS_MS, exclusive=True),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=3,
        search=False,
        answer=partial(optris.answer, scale=optris.HUNDREDTHS),
    ),
    Protocol(
        name="calex_pyrousb",
        title="Calex PyroUSB",
        decoder=calex_pyrousb.decoder,
        encode=calex_pyrousb.encode,
        bauds=(9_600,),
        start=None,
        poll=Poll((calex_pyrousb.QUERY,), _POLL_MS),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=5,
        search=False,
        encode_other=calex_pyrousb.encode_other,
        answer=calex_pyrousb.answer,
    ),
    Protocol(
        name="omega_os_miniusb",
        title="Omega OS-MINIUSB, OS-MINI",
        decoder=calex_pyrousb.decoder,
        encode=calex_pyrousb.encode,
        bauds=(9_600,),
        start=None,
        poll=Poll((omega_os_miniusb.QUERY,), _POLL_MS),
        mode=Mode.SURFACE,
        site=Site.FOREHEAD,
        rate_hz=5,
        search=False,
        encode_other=calex_pyrousb.encode_other,
        answer=omega_os_miniusb.answer,
    ),
)

#: Every family by the name that ``--protocol`` and the configuration use.
PROTOCOLS: dict[str, Protocol] = {row.name: row for row in _ROWS}


def searched() -> tuple[Protocol, ...]:
    """The families that ``--protocol auto`` looks for, in the order of the table."""
    return tuple(row for row in _ROWS if row.search)

"""The camera driver: images in, presented codes out.

OpenCV reads its limits when it is first loaded, so they are set here, before any module of this package loads it.
"""

from __future__ import annotations

import os

#: The largest picture that is unpacked at all: 64 million pixels are 64 MB of grey, more than any phone takes.
#: Without a limit a file of one megabyte can unpack to a gigabyte.
MAX_PIXELS = 64_000_000

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET: what is wrong is said once, by us

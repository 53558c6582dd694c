"""What every test shares."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run: a red test stays red until it is mended.  No deadline: the machine may be busy.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.load_profile("gate")


@pytest.fixture(scope="session")
def testdata() -> Path:
    """The folder of recorded codes, credentials and screenings beside the checkout; read in place, never copied."""
    folder = Path(__file__).parents[2] / "shared" / "testdata"
    if not folder.is_dir():
        pytest.skip(f"no recorded test data at {folder}")
    return folder

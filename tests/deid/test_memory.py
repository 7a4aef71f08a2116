import subprocess
import sys
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine.reading.encoding import EXPLICIT_LE
from deid.engine.writing.elements import Writer

ROOT = Path(__file__).resolve().parents[2]
FRAMES, SIDE = 300, 1024
DRAW = """
import sys
from deid.engine.pixels.decoding import frame_pixels, open_image
assert int(frame_pixels(open_image(sys.argv[1]), 299)[-1, -1]) == 7
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""
CLEAN = """
import sys
from deid.engine import Identity, Mask, clean_dicom, load_profile
with open(sys.argv[1], "rb") as source, open("/dev/null", "wb") as target:
    mask = Mask(range(0, 2), 0, 0, 50, 50)
    identity, profile = Identity(bytes(32)), load_profile("research")
    clean_dicom(source, target, profile=profile, identity=identity, subject_key="s", masks=[mask])
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for tag in (0x7FE00010, 0xFFFCFFFC):
        if tag in ds:
            del ds[tag]
    ds.Rows = ds.Columns = SIDE
    ds.NumberOfFrames = FRAMES
    path, length = tmp_path_factory.mktemp("large") / "large.dcm", SIDE * SIDE * 2 * FRAMES
    ds.save_as(path)
    with path.open("ab") as file:
        file.write(Writer(EXPLICIT_LE).head(0x7FE00010, "OW", length))
        file.truncate(file.tell() + length - 2)
        file.seek(0, 2)
        file.write(b"\x07\0")
    assert path.stat().st_size > 600_000_000
    return path


@pytest.mark.parametrize(("program", "most"), [(CLEAN, 300), (DRAW, 150)], ids=["cleaned", "drawn"])
def test_memory_stays_flat_whatever_the_size_of_the_file(large, program, most):
    done = subprocess.run(
        [sys.executable, "-c", program, large], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < most

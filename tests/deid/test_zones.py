import json
from importlib import resources

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine.finding.expecting import expectation_of, expects_text

pytest.importorskip("cv2", reason="THE OCR EXTRA IS MISSING: no writing was looked for")
from deid.engine.finding.zones import find_writing_in_zones
from tests.deid.signs import COLUMNS, LEFT, ROWS, TOP, region, ultrasound

pytestmark = pytest.mark.filterwarnings("ignore")


def hidden(boxes):
    covered = np.zeros((ROWS, COLUMNS), bool)
    for box in boxes:
        covered[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]] = True
    return covered


def test_signs_outside_the_stated_regions_are_found_and_those_inside_are_left(tmp_path):
    path, ink = ultrasound(tmp_path)
    covered = hidden(find_writing_in_zones(str(path)))
    assert covered[:TOP][ink[:TOP]].all() and not covered[TOP:, LEFT:].any()
    assert covered.sum() < 4 * 8 * 18 * 14


def test_a_known_device_that_states_no_regions_has_its_layout(tmp_path):
    path, ink = ultrasound(tmp_path, regions=(), maker="G.E. Medical Systems")
    covered = hidden(find_writing_in_zones(str(path)))
    assert covered[:TOP][ink[:TOP]].all() and not covered[200:330].any()


def test_nothing_is_found_where_nothing_is_written_or_no_zone_is_known(tmp_path):
    assert find_writing_in_zones(str(ultrasound(tmp_path, written=False)[0])) == []
    assert find_writing_in_zones(str(ultrasound(tmp_path, regions=())[0])) == []


def test_regions_of_another_size_of_image_say_nothing(tmp_path):
    path, _ink = ultrasound(tmp_path, regions=((0, 60, 1023, 767),))
    assert find_writing_in_zones(str(path)) == []


def test_zones_lie_around_all_regions(tmp_path):
    ds = Dataset()
    ds.Rows, ds.Columns, ds.Modality = 100, 200, "US"
    ds.SequenceOfUltrasoundRegions = Sequence([region(20, 10, 99, 79), region(100, 10, 199, 89)])
    assert expectation_of(ds).zones == ((0, 0, 200, 10), (0, 90, 200, 100), (0, 10, 20, 90))


@pytest.mark.parametrize(
    ("stated", "likely"),
    [
        ({"image_type": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, True),
        ({"burned_in_annotation": "YES"}, True),
        ({"sop_class_uid": "1.2.840.10008.5.1.4.1.1.7.4"}, True),
        ({"modality": "US"}, True),
        ({"image_type": ["ORIGINAL", "PRIMARY", "AXIAL"], "burned_in_annotation": "NO"}, False),
    ],
)
def test_the_header_says_where_text_is_likely(stated, likely):
    nothing = {"image_type": [], "burned_in_annotation": "", "sop_class_uid": "1.2", "modality": "CT"}
    assert expects_text(nothing | stated) is likely


def test_each_layout_lies_in_its_image_and_says_what_it_was_measured_on():
    text = resources.files("deid.engine").joinpath("data/burned_in_layouts.json").read_text("utf-8")
    for row in json.loads(text)["layouts"]:
        assert row["manufacturer"] and row["model"] and row["source"]
        assert all(
            0 <= left < right <= 1 and 0 <= top < bottom <= 1 for left, top, right, bottom in row["zones"]
        )

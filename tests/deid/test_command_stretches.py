"""Files that a child is asked about together, and what a run is asked to do to pixels."""

import pytest
from pydicom.data import get_testdata_file

from deid.engine import load_profile
from deid.engine.command.pools import LOOKING, ORDINARY, Pools
from deid.engine.command.stretches import FEWEST_EACH, MOST_BYTES, MOST_TOGETHER, in_stretches
from deid.engine.command.wishes import Wishes, wishes_of


def stretches(folder, sizes, workers=1):
    inputs = []
    for number, size in enumerate(sizes):
        path = folder / f"{number:04}"
        path.touch()
        with path.open("r+b") as file:
            file.truncate(size)
        inputs.append((path, path.name))
    found = list(in_stretches(inputs, workers))
    assert [one for stretch in found for one in stretch] == inputs
    return [len(stretch) for stretch in found]


@pytest.mark.parametrize(
    ("count", "workers", "lengths"),
    [
        (0, 1, []), (1, 1, [1]), (FEWEST_EACH + 1, 1, [1] * (FEWEST_EACH + 1)), (4 * FEWEST_EACH, 2, [2] * 2 * FEWEST_EACH),
        (2 * MOST_TOGETHER * FEWEST_EACH + 1, 1, [MOST_TOGETHER] * 2 * FEWEST_EACH + [1]),
    ],
)  # fmt: skip
def test_small_files_are_shared_out_evenly(tmp_path, count, workers, lengths):
    assert stretches(tmp_path, [1] * count, workers) == lengths


def test_a_large_file_is_one_by_itself_and_those_before_it_wait_for_none(tmp_path):
    half = MOST_BYTES // 2
    sizes = [1] * (3 * FEWEST_EACH - 5) + [1, MOST_BYTES, 1, half, half - 1]
    assert stretches(tmp_path, sizes) == [3] * 6 + [2, 1, 3]
    assert stretches(tmp_path, [*sizes[:-1], half]) == [3] * 6 + [2, 1, 2, 1]
    assert stretches(tmp_path, [MOST_BYTES + 1, 1]) == stretches(tmp_path, [1, MOST_BYTES + 1]) == [1, 1]


def test_what_is_done_to_pixels_is_what_the_options_and_the_profile_ask_for():
    pytest.importorskip("rapidocr_onnxruntime")
    pytest.importorskip("pydeface")
    research, basic = load_profile("research"), load_profile("basic")
    assert wishes_of(research, pixels="look").text and not wishes_of(research, pixels="look").read_all
    assert wishes_of(research, pixels="read").read_all
    assert not wishes_of(research, pixels="keep").text and not wishes_of(basic).text
    assert wishes_of(basic, deface=True) == Wishes(faces=True) and wishes_of(basic, deface=True).any
    assert wishes_of(basic, brain_only=True) == Wishes(faces=True, brain_only=True)
    assert not wishes_of(basic).any and wishes_of(basic).missing == ()


def test_a_phase_that_is_over_holds_no_child_and_those_of_others_go_on():
    pools = Pools()
    image = get_testdata_file("CT_small.dcm")
    children = {}
    for limits in (ORDINARY, LOOKING):
        pools.of(limits).run("read_facts", image)
        children[limits] = pools.of(limits)._child
    pools.end(LOOKING)
    assert children[LOOKING].poll() is not None and children[ORDINARY].poll() is None
    pools.of(ORDINARY).run("read_facts", image)
    assert pools.of(ORDINARY)._child is children[ORDINARY]
    pools.close()
    assert children[ORDINARY].poll() is not None

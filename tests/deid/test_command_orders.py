"""What is to be done to a file's pixels: two looks at it are joined, and a person is told once of each reason."""

from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from deid.engine.command.defacing import LIKELY, NO_FACE, POSSIBLE, FacePlanner, _left, planned_together
from deid.engine.command.looking import MOST_COVERED, SURE, _order, _unread
from deid.engine.command.orders import LOOKED, NOTHING, Order, Person, mask_on
from deid.engine.command.pools import MASKING, ORDINARY, Pools
from deid.engine.command.reporting import with_order
from deid.engine.command.tree import limits_of
from deid.engine.formats.kinds import Kind
from deid.engine.looking.reading import FEWEST_ANNOUNCED
from deid.engine.looking.surveying import Surveyed

BOX = {"x": 1, "y": 2, "width": 30, "height": 4, "confidence": 0.9, "frame": 3}
MASK = {"x": 1, "y": 2, "width": 30, "height": 4, "frames": None}


def image(**more):
    return Surveyed(Path("a"), "a", more.pop("kind", Kind.DICOM), rows=100, columns=100, **more)


def test_what_was_found_of_text_and_of_a_face_is_done_both():
    text = Order(masks=(MASK,), inspected=True, needs_person=(Person.TEXT_IN_DOUBT,))
    face = Order(voxel_mask="plan", face_confidence=0.5, needs_person=(Person.CONTENT,))
    both = Order((MASK,), True, "plan", 0.5, (Person.TEXT_IN_DOUBT, Person.CONTENT))
    assert text.joined(face) == both
    assert face.joined(text) == both.__class__(
        (MASK,), True, "plan", 0.5, (Person.CONTENT, Person.TEXT_IN_DOUBT)
    )
    assert text.joined(NOTHING) == text and NOTHING.joined(face) == face and LOOKED.joined(LOOKED) == LOOKED


def test_a_file_that_one_look_refuses_does_not_leave():
    refused = Order(refused=Person.FACE_NOT_REMOVED, face_confidence=0.2)
    for joined in (refused.joined(LOOKED), LOOKED.joined(refused)):
        assert joined.refused is Person.FACE_NOT_REMOVED and joined.face_confidence == 0.2
    assert refused.joined(Order(face_confidence=0.7)).face_confidence == 0.7


def test_a_person_is_told_of_what_could_not_be_done_and_once_of_each_reason():
    assert NOTHING.undone == () and not NOTHING.touches and not LOOKED.touches
    assert Order(masks=(MASK,)).undone == (Person.TEXT_NOT_MASKED,) and Order(masks=(MASK,)).touches
    assert Order(voxel_mask="plan").undone == (Person.FACE_NOT_REMOVED,) and Order(voxel_mask="plan").touches
    told = NOTHING.told(Person.CONTENT).told(Person.CONTENT, Person.NOT_READ)
    assert told.needs_person == (Person.CONTENT, Person.NOT_READ)


def test_text_is_masked_on_every_frame_of_an_image_and_on_its_own_page():
    assert mask_on(BOX) == MASK and mask_on(BOX, (3, 4)) == MASK | {"frames": (3, 4)}
    assert _order(image(), [BOX]) == Order(masks=(MASK,), inspected=True)
    assert _order(image(kind=Kind.IMAGE), [BOX]).masks == (MASK | {"frames": (3, 4)},)


def test_text_that_is_announced_is_found_or_a_person_is_told():
    assert _order(image(), []) == LOOKED
    assert _order(image(announces_text=True), []) == NOTHING.told(Person.TEXT_ANNOUNCED)
    few = _order(image(announces_text=True), [BOX] * (FEWEST_ANNOUNCED - 1))
    assert len(few.masks) == FEWEST_ANNOUNCED - 1 and few.needs_person == (Person.TEXT_ANNOUNCED,)
    assert _order(image(announces_text=True), [BOX] * FEWEST_ANNOUNCED).needs_person == ()
    assert _unread(image()) == NOTHING.told(Person.NOT_READ)
    unread = _unread(image(announces_text=True))
    assert (unread.refused, unread.needs_person) == (Person.TEXT_NOT_MASKED, (Person.TEXT_NOT_MASKED,))


def test_what_nearly_reads_is_not_masked_and_a_person_is_told():
    doubt = BOX | {"doubted": True}
    assert _order(image(), [doubt]) == NOTHING.told(Person.TEXT_IN_DOUBT)
    both = _order(image(), [BOX, doubt])
    assert both == Order(masks=(MASK,), inspected=True).told(Person.TEXT_IN_DOUBT)
    assert _order(image(kind=Kind.NIFTI), [doubt]) == NOTHING.told(Person.TEXT_IN_DOUBT)


@pytest.mark.parametrize(
    ("boxes", "doubted"),
    [
        ([BOX | {"confidence": SURE}], False),
        ([BOX, BOX | {"confidence": SURE - 0.01}], True),
        ([BOX | {"width": 100, "height": int(100 * MOST_COVERED)}], False),
        ([BOX | {"width": 100, "height": int(100 * MOST_COVERED) + 1}], True),
        ([BOX | {"width": 50, "height": int(100 * MOST_COVERED)}, BOX | {"width": 51, "height": int(100 * MOST_COVERED)}],
         True),
    ],
)  # fmt: skip
def test_a_reading_of_low_confidence_or_over_much_of_an_image_is_doubted(boxes, doubted):
    assert (Person.TEXT_IN_DOUBT in _order(image(), boxes).needs_person) is doubted


def test_the_share_of_a_picture_of_unknown_size_is_not_doubted():
    unknown = Surveyed(Path("a.png"), "a.png", Kind.IMAGE)
    assert _order(unknown, [BOX]).needs_person == ()


def volume(name, modality="CT", kind=Kind.DICOM, **more):
    return Surveyed(Path(name), name, kind, modality=modality, **more)


def test_volumes_of_one_frame_of_reference_are_planned_together_and_everything_else_by_itself():
    given = [
        volume("b", frame_of_reference="1", series="x"), volume("c", "PT", frame_of_reference="2"),
        volume("e.nii", "", Kind.NIFTI),
        volume("a", "MR", frame_of_reference="1", series="y"), volume("s1", series="z"), volume("s2", series="z"),
        volume("q", frame_of_reference="1", patient_id="Q"), volume("l1"), volume("l2"), volume("f.nii", "", Kind.NIFTI),
        volume("u", "US", frame_of_reference="1"), volume("p.png", "", Kind.IMAGE),
    ]  # fmt: skip
    found = [sorted(one.relative for one in group) for group in planned_together(given)]
    assert found[:2] == [["e.nii"], ["f.nii"]]
    assert sorted(found[2:]) == [["a", "b"], ["c"], ["l1"], ["l2"], ["q"], ["s1", "s2"]]


def test_a_likely_face_that_stays_does_not_leave_and_a_possible_one_is_for_a_person():
    likely, possible, none = volume("l"), volume("p"), volume("n")
    left = _left([([likely], LIKELY), ([possible], POSSIBLE), ([none], NO_FACE)], 0.3)
    assert left[Path("l")] == Order(
        refused=Person.FACE_NOT_REMOVED, face_confidence=0.3, needs_person=(Person.FACE_NOT_REMOVED,)
    )
    assert left[Path("p")] == Order(face_confidence=0.3, needs_person=(Person.FACE_POSSIBLE,))
    assert left[Path("n")] == NOTHING


@pytest.fixture(scope="module")
def planner(tmp_path_factory):
    pools = Pools()
    yield FacePlanner(pools, tmp_path_factory.mktemp("plans"))
    pools.close()


@pytest.fixture
def damaged(tmp_path):
    (tmp_path / "damaged").write_bytes(b"no image")
    return lambda kind=Kind.DICOM, **more: Surveyed(tmp_path / "damaged", "damaged", kind, **more)


@pytest.mark.parametrize(
    "said", [{"modality": "MR"}, {"modality": "MR", "grey": False}, {"kind": Kind.NIFTI}]
)
def test_a_volume_that_cannot_be_judged_may_show_a_face(planner, damaged, said):
    image = damaged(**said)
    assert planner.plan([image]) == {image.path: Order(needs_person=(Person.FACE_POSSIBLE,))}


def test_segments_that_cannot_be_judged_may_have_the_shape_of_a_head(planner, damaged):
    image = damaged(modality="SEG")
    assert planner.plan([image]) == {image.path: Order(needs_person=(Person.CONTENT,))}


@pytest.mark.parametrize("modality", ["CT", "SEG"])
def test_what_shows_no_face_is_left_as_it_is(planner, modality):
    image = Surveyed(Path(get_testdata_file("CT_small.dcm")), "a.dcm", Kind.DICOM, modality=modality)
    assert planner.plan([image]) == {}


@pytest.mark.parametrize(
    ("confidences", "refused", "person"),
    [
        ([SURE], Person.TEXT_NOT_MASKED, Person.TEXT_NOT_MASKED), ([SURE - 0.01], None, Person.TEXT_IN_DOUBT),
        ([SURE - 0.01, SURE], Person.TEXT_NOT_MASKED, Person.TEXT_NOT_MASKED),
    ],
)  # fmt: skip
def test_a_volume_with_text_on_a_slice_does_not_leave_unless_it_is_in_doubt(confidences, refused, person):
    boxes = [BOX | {"confidence": confidence} for confidence in confidences]
    assert _order(image(kind=Kind.NIFTI), boxes) == Order(refused=refused, needs_person=(person,))
    assert _order(image(kind=Kind.NIFTI), []) == LOOKED


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (NOTHING, {}), (LOOKED, {"text_looked_for": True}),
        (Order(face_confidence=0.0), {"face_confidence": 0.0}),
        (Order(inspected=True, face_confidence=0.5, needs_person=(Person.CONTENT,)),
         {"text_looked_for": True, "face_confidence": 0.5, "needs_person": ["identifying_content"]}),
    ],
)  # fmt: skip
def test_the_report_says_what_was_looked_for_and_what_a_person_must_see(order, said):
    assert with_order({"output": "a.dcm"}, order) == {"output": "a.dcm"} | said


def test_only_what_changes_pixels_may_take_the_memory_for_it():
    assert limits_of(Order(masks=(MASK,))) is limits_of(Order(voxel_mask="plan")) is MASKING
    assert limits_of(NOTHING) is limits_of(LOOKED) is ORDINARY

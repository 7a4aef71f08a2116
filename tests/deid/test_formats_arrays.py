"""Arrays of raw data in HDF5: every number stays, words, links and references do not."""

import io

import h5py
import numpy as np
import pytest

from deid.engine import Identity, RefusedError
from deid.engine.formats.raw.arrays import DEEPEST_TYPE, _blocks, is_safe_type
from deid.engine.formats.raw.hdf5 import clean_hdf5
from deid.engine.formats.raw.hdf5_names import is_technical
from deid.engine.formats.raw.hdf5_reading import deepest_array, header_texts, spoken_texts
from deid.engine.formats.raw.ismrmrd import identifying_texts
from tests.deid.raw_words import HEADER

pytestmark = pytest.mark.filterwarnings("ignore")
IDENTITY = Identity(bytes(32), shift_range_days=(10, 10))
PSEUDONYM = IDENTITY.pseudonym("s")


def code_of(act, *given, **more) -> str:
    try:
        act(*given, **more)
    except RefusedError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("name", "technical"),
    [
        ("kspace", True), ("image_0", True), ("kSpace", False), ("coil 12", True), ("coil_12345", False),
        ("Quackenbush", False), ("image_Quackenbush", False), ("", False), ("__", False),
        ("data-1.5", True), ("data/1", False), ("a" * 65, False), ("imageData", True), ("data" * 16 + "_", False),
    ],
)  # fmt: skip
def test_a_name_is_technical_where_all_its_words_are(name, technical):
    assert is_technical(name) is technical


@pytest.mark.parametrize(
    ("shape", "chunks", "width", "apart"),
    [
        ((), None, 4, False), ((0, 5), None, 4, False), ((5,), None, 4, False), ((100, 100), None, 8, False),
        ((7, 300, 400), None, 64, False), ((10, 2000, 2000), (1, 100, 100), 8, False),
        ((1000,), None, 16, True), ((130, 3), (8, 1), 16, True), ((3, 5, 7), (2, 2, 2), 1 << 22, False),
        ((50_000_000,), None, 1, False), ((9,), (4,), 1 << 24, False),
    ],
)  # fmt: skip
def test_the_pieces_of_an_array_are_all_of_it_once_and_none_is_large(shape, chunks, width, apart):
    pieces = list(_blocks(shape, chunks, width, apart))
    if not shape or 0 in shape:
        assert pieces == [tuple(slice(0, extent) for extent in shape)]
        return
    sizes = [int(np.prod([part.stop - part.start for part in piece])) for piece in pieces]
    assert sum(sizes) == np.prod(shape)
    starts = {tuple(part.start for part in piece) for piece in pieces}
    assert len(starts) == len(pieces) and all(
        part.stop <= extent for piece in pieces for part, extent in zip(piece, shape, strict=True)
    )
    least = int(np.prod(chunks or (1,)))
    most = max(64 if apart else (8 << 20) // width, least)
    assert max(sizes) <= most
    assert all(
        part.start % by == 0
        for piece in pieces
        for part, by in zip(piece, chunks or (1,) * len(shape), strict=True)
    )
    assert len(pieces) <= 4 * np.prod(shape) / most + 40 or chunks
    assert list(_blocks(None, None, 4, False)) == []


def written(path, fill) -> bytes:
    with h5py.File(path, "w") as file:
        fill(file)
    return path.read_bytes()


def rewritten(path, fill, **more):
    """Return the names, arrays and attributes of a file written anew, and what was counted."""
    content = written(path, fill)
    out = io.BytesIO()
    report = clean_hdf5(io.BytesIO(content), out, identity=IDENTITY, subject_key="s", **more)
    found: dict[str, object] = {}
    with h5py.File(out, "r") as file:

        def note(name, made):
            found[name] = made[()] if isinstance(made, h5py.Dataset) else None
            found.update({f"{name}@{key}": value for key, value in made.attrs.items()})

        file.visititems(note)
        found.update({f"@{key}": value for key, value in file.attrs.items()})
    return found, report.counts


def test_an_array_keeps_its_numbers_type_chunks_and_filters(tmp_path):
    values = np.arange(600, dtype=">i2").reshape(20, 30)

    def fill(file):
        file.create_dataset(
            "kspace",
            data=values,
            chunks=(7, 11),
            compression="gzip",
            compression_opts=3,
            shuffle=True,
            maxshape=(None, 30),
        )
        file["image"], file["mask"] = np.float32(1.5), np.zeros((0, 4), np.uint8)
        file["kspace"].attrs["scale"], file["kspace"].attrs["Quackenbush"] = 2.5, 3

    found, counts = rewritten(tmp_path / "x.h5", fill)
    assert np.array_equal(found["kspace"], values) and found["kspace"].dtype == values.dtype
    assert found["image"] == 1.5 and found["mask"].shape == (0, 4) and found["kspace@scale"] == 2.5
    assert set(found) == {"kspace", "image", "mask", "kspace@scale"} and counts == {"K": 4, "X": 1}


def test_an_array_of_a_named_type_keeps_its_numbers_and_the_name_stays_behind(tmp_path):
    def fill(file):
        file["Quackenbush"] = np.dtype("<i2")
        file.create_dataset("kspace", data=[1, 2], dtype=file["Quackenbush"])

    found, counts = rewritten(tmp_path / "x.h5", fill)
    assert found["kspace"].tolist() == [1, 2] and set(found) == {"kspace"} and counts == {"K": 1, "X": 1}


def test_what_matlab_calls_characters_is_dropped_and_what_it_calls_numbers_stays(tmp_path):
    def fill(file):
        for name, kind in (("data", "double"), ("image", "char"), ("mask", "uint16")):
            file[name] = np.full((2, 2), 300, np.uint16)
            file[name].attrs["MATLAB_class"] = np.bytes_(kind)

    assert {name for name in rewritten(tmp_path / "x.h5", fill)[0] if "@" not in name} == {"data", "mask"}


def test_an_array_of_nothing_stays_one_and_nothing_says_when_a_file_was_cleaned(tmp_path):
    def fill(file):
        file["mask"], file["scale"], file["patient_birth"] = h5py.Empty("f4"), 2.5, [19610203]

    found, counts = rewritten(tmp_path / "x.h5", fill)
    assert isinstance(found["mask"], h5py.Empty) and found["scale"] == 2.5 and counts == {"K": 2, "X": 1}
    out = io.BytesIO()
    clean_hdf5(io.BytesIO((tmp_path / "x.h5").read_bytes()), out, identity=IDENTITY, subject_key="s")
    with h5py.File(out, "r") as file:
        assert [h5py.h5g.get_objinfo(file.id, name.encode()).mtime for name in file] == [0, 0]


@pytest.mark.parametrize("wrap", ["array", "list", "record"])
def test_a_type_of_numbers_may_be_nested_as_deep_as_any_is_and_no_deeper(wrap):
    def around(kind):
        if wrap == "record":
            made = h5py.h5t.create(h5py.h5t.COMPOUND, kind.get_size())
            made.insert(b"x", 0, kind)
            return made
        return h5py.h5t.array_create(kind, (1,)) if wrap == "array" else h5py.h5t.vlen_create(kind)

    kind = h5py.h5t.NATIVE_INT16
    for _ in range(DEEPEST_TYPE):
        kind = around(kind)
    assert is_safe_type(kind) and not is_safe_type(around(kind))


def test_words_links_and_references_of_a_raw_file_stay_behind(tmp_path):
    def fill(file):
        group = file.create_group("dataset")
        group["data"], group["Quackenbush"] = np.arange(4.0), np.arange(3.0)
        group["notes"], group["label"] = "Quackenbush", np.frombuffer(b"Quackenbush Ada", np.uint8)
        group["attributes"] = "<x>Quackenbush</x>"
        file["soft"], file["again"] = h5py.SoftLink("/dataset/data"), group
        file.create_dataset("refs", data=[group.ref], dtype=h5py.ref_dtype)
        file.attrs.update(
            {
                "patient_id": "MRN77",
                "acquisition": "AXT2",
                "description": "knee of Quackenbush",
                "max": 0.5,
                "sequence": "",
                "min": "low",
            }
        )
        file.attrs["norm"], file.attrs["mean"] = np.arange(256.0), np.arange(257.0)
        file.attrs["std"] = np.frombuffer(b"Quackenbush Ada", np.uint8)

    found, counts = rewritten(tmp_path / "x.h5", fill, known_values=["Quackenbush"])
    assert (
        found["@patient_id"] == PSEUDONYM
        and found["@acquisition"] == "AXT2"
        and found["@description"] == "knee of"
    )
    assert (
        found["@max"] == 0.5
        and len(found["@norm"]) == 256
        and "@mean" not in found
        and "@std" not in found
        and "@min" not in found
    )
    names = {name.rpartition("/")[2] for name in found if "@" not in name}
    assert {"data", "unnamed_1", "attributes"} <= names and not {
        "notes",
        "label",
        "refs",
        "soft",
        "Quackenbush",
    } & names
    assert counts["D"] == 1 and counts["Z"] == 1 and counts["C"] == 2


@pytest.mark.parametrize("name", ["xml", "ismrmrd_header", "ismrmrd_xml"])
@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_header_stays_where_and_as_it_was_shaped(tmp_path, name, shape):
    def fill(file):
        file.create_dataset(name, data=np.full(shape, HEADER, object), dtype=h5py.string_dtype())
        file["kspace"] = np.arange(4.0)

    found, _counts = rewritten(tmp_path / "x.h5", fill)
    text = np.asarray(found[name]).item() if shape else found[name]
    assert (
        np.shape(found[name]) == shape
        and b"<patientName>" + PSEUDONYM.encode() in text
        and b"uackenbush" not in text
    )


def test_what_a_header_says_of_people_and_places_is_known_and_what_it_says_of_the_scan_is_not():
    assert sorted(identifying_texts(HEADER.encode())) == sorted(
        ("Quackenbush^Stone", "MRN77123", "1961-02-03", "ST99812", "55443322", "Dr Grimwade",
         "Brambleton General Hospital", "MRC45387", "45387")
    )  # fmt: skip


@pytest.mark.parametrize(("size", "code"), [((4 << 20) + 1, "too_large"), (4 << 20, "")])
def test_a_header_that_is_longer_than_any_is_refused(tmp_path, size, code):
    text = HEADER.encode().ljust(size)

    def fill(file):
        file["xml"], file["kspace"] = np.array(text, f"S{len(text)}"), np.arange(4.0)

    if code:
        with pytest.raises(RefusedError) as refused:
            rewritten(tmp_path / "x.h5", fill)
        assert refused.value.code == code
    else:
        assert PSEUDONYM in str(rewritten(tmp_path / "x.h5", fill)[0]["xml"])


@pytest.mark.parametrize(
    ("shapes", "depth"),
    [([(3, 2, 8, 6)], 3), ([(8, 6)], 1), ([(8, 6), (9, 5, 7)], 5), ([(2, 2, 2), (4, 4, 4)], 4), ([], 1)],
)
def test_a_file_is_as_deep_as_its_deepest_array(tmp_path, shapes, depth):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        for number, shape in enumerate(shapes):
            file.create_dataset(f"g/a{number}", data=np.zeros(shape, np.uint8))
        file["g/xml"], file.attrs["sequence"], file.attrs["acquisition"] = (
            HEADER,
            "flair",
            np.array([b"AXT1"]),
        )
        file.attrs["units"], file.attrs["description"] = "x" * 300, 7
        assert deepest_array(file) == depth and header_texts(file) == [HEADER.encode()]
        assert spoken_texts(file) == ["AXT1", "flair", "x" * 256]


def test_what_is_no_hdf5_or_holds_nothing_that_may_stay_is_refused(tmp_path):
    for fill, code in (
        (lambda file: None, "unsupported"),
        (lambda file: file.create_dataset("notes", data="x"), "unsupported"),
        (lambda file: file.create_dataset("kspace", data=[1.5, 2]), ""),
    ):
        content = written(tmp_path / "x.h5", fill)
        assert (
            code_of(clean_hdf5, io.BytesIO(content), io.BytesIO(), identity=IDENTITY, subject_key="s") == code
        )
        assert (
            code_of(clean_hdf5, io.BytesIO(content[:40]), io.BytesIO(), identity=IDENTITY, subject_key="s")
            == "bad_hdf5"
        )


@pytest.mark.parametrize(("depth", "code"), [(16, ""), (17, "too_large")])
def test_groups_are_copied_sixteen_deep_and_no_deeper(tmp_path, depth, code):
    content = written(
        tmp_path / "x.h5",
        lambda file: file.create_dataset("/".join(["data"] * depth) + "/image", data=[1.5, 2.5]),
    )
    assert code_of(clean_hdf5, io.BytesIO(content), io.BytesIO(), identity=IDENTITY, subject_key="s") == code

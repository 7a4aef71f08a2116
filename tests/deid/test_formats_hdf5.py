"""HDF5 (ISMRMRD, fastMRI) keeps its numbers to the byte and loses its words; its k-space can be looked at."""

import hashlib
import io
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from deid.engine import RefusedError, sandbox
from deid.engine.formats.moments import shift_text_date
from deid.engine.formats.raw.hdf5 import clean_hdf5
from tests.deid.raw_words import HEADER, planted

NS = "{http://www.ismrm.org/ISMRMRD}"
ACQ = np.dtype([
    ("head", [("version", "<u2"), ("flags", "<u8"), ("measurement_uid", "<u4"), ("scan_counter", "<u4"),
              ("acquisition_time_stamp", "<u4"), ("position", "<f4", (3,)), ("idx", [("kspace_encode_step_1", "<u2")])]),
    ("traj", h5py.vlen_dtype(np.float32)), ("data", h5py.vlen_dtype(np.float32)),
])  # fmt: skip


def acquisitions(count=70):
    made, random = np.zeros(count, ACQ), np.random.default_rng(5)
    for n in range(count):
        made[n]["head"]["scan_counter"], made[n]["head"]["flags"] = n, 1 << (n % 60)
        made[n]["data"] = random.normal(size=16 + n % 3).astype(np.float32)
        made[n]["traj"] = np.zeros(n % 2, np.float32)
    return made


@pytest.fixture
def ismrmrd(tmp_path) -> Path:
    path = tmp_path / "raw.h5"
    with h5py.File(path, "w", userblock_size=512) as file:
        group = file.create_group("dataset")
        group.create_dataset("xml", data=[HEADER], dtype=h5py.string_dtype())
        group.create_dataset("data", data=acquisitions(), chunks=(8,), compression="gzip")
        group.create_dataset("Quackenbush", data=np.arange(5))
        group.create_dataset("notes", data="Quackenbush was late", dtype=h5py.string_dtype())
        group.create_dataset("label", data=np.frombuffer(b"Quackenbush Ada", np.uint8))
        images = group.create_group("image_0")
        images.create_dataset("attributes", data=["<x>Quackenbush</x>"], dtype=h5py.string_dtype())
        images.create_dataset(
            "data", data=np.arange(48, dtype=">f4").reshape(1, 1, 6, 8), fletcher32=True, chunks=(1, 1, 6, 8)
        )
        file["elsewhere"] = h5py.ExternalLink("Quackenbush.h5", "/x")
        file["soft"] = h5py.SoftLink("/dataset/Quackenbush")
        file["again"] = group
        file.create_dataset("refs", data=[group.ref], dtype=h5py.ref_dtype)
        gone = file.create_dataset("gone", data="Quackenbush " * 40)
        del file["gone"], gone
    body = bytearray(path.read_bytes())
    body[:11] = b"Quackenbush"
    path.write_bytes(bytes(body))
    return path


@pytest.fixture
def fastmri(tmp_path) -> Path:
    path = tmp_path / "file1000001.h5"
    with h5py.File(path, "w") as file:
        file["ismrmrd_header"] = HEADER.encode()
        random = np.random.default_rng(7)
        file["kspace"] = (random.normal(size=(3, 4, 40, 30)) + 1j).astype(np.complex64)
        file["reconstruction_rss"] = random.normal(size=(3, 20, 20)).astype(np.float32)
        file["mask"] = np.array([True, False] * 15)
        file.attrs["acquisition"], file.attrs["max"], file.attrs["norm"] = "CORPD_FBK", 0.5, 17.25
        file.attrs["patient_id"] = "MRN77123"
        file.attrs["comment"] = "Quackenbush"
        file.attrs["Quackenbush"] = 3
    return path


def cleaned(path: Path, identity, subject="s", **more):
    out = path.with_suffix(".out")
    with path.open("rb") as source, out.open("w+b") as target:
        report = clean_hdf5(source, target, identity=identity, subject_key=subject, **more)
    assert report.sha256 == hashlib.sha256(out.read_bytes()).hexdigest() and report.size == out.stat().st_size
    return out, report


def header_of(text) -> ET.Element:
    return ET.fromstring(text)


def test_an_ismrmrd_file_keeps_its_acquisitions_to_the_byte_and_loses_who_it_is_of(ismrmrd, identity):
    assert planted(ismrmrd.read_bytes())
    out, report = cleaned(ismrmrd, identity)
    assert not planted(out.read_bytes())
    with h5py.File(ismrmrd) as before, h5py.File(out) as after:
        assert set(after) == {"dataset"}
        (group,) = after.values()
        source = before["dataset"]
        for was, now in zip(source["data"][()], group["data"][()], strict=True):
            assert was["head"].tobytes() == now["head"].tobytes()
            assert (
                was["data"].tobytes() == now["data"].tobytes()
                and was["traj"].tobytes() == now["traj"].tobytes()
            )
        assert group["data"].chunks == (8,) and group["data"].compression == "gzip"
        assert group["data"].id.get_type().equal(source["data"].id.get_type())
        assert group["image_0/data"].dtype == ">f4" and group["image_0/data"].fletcher32
        assert np.array_equal(group["image_0/data"][()], source["image_0/data"][()])
        assert group["image_0/attributes"].asstr()[()].tolist() == [""]
        assert (
            "label" not in group
            and "notes" not in group
            and np.array_equal(group["unnamed_1"][()], np.arange(5))
        )
        root = header_of(group["xml"].asstr()[0])
    assert report.counts["X"] > 8 and report.pseudonym == identity.pseudonym("s")
    text = {element.tag.removeprefix(NS): element.text for element in root.iter()}
    assert text["patientName"] == text["patientID"] == identity.pseudonym("s")
    assert text["studyDate"] == text["seriesDate"] == shift_text_date("2019-03-02", identity.shift_days("s"))
    assert text["studyInstanceUID"] == identity.uid("1.2.840.99999.1.2.3.4")
    assert text["patientWeight_kg"] == "71.5" and text["studyTime"] == "10:11:12" and text["TE"] == "33"
    assert text["protocolName"] == "t2_tse_sag" and text["studyDescription"].startswith("Knee")
    assert (
        text["systemModel"] == "Skyra"
        and text["trajectory"] == "cartesian"
        and text["patientPosition"] == "HFS"
    )
    assert not {"patientBirthdate", "institutionName", "stationName", "deviceSerialNumber", "accessionNumber",
                "referringPhysicianName", "studyID", "userParameterString"} & set(text)  # fmt: skip
    assert root.find(f".//{NS}userParameterLong/{NS}value").text == "2"


def test_a_fastmri_file_keeps_k_space_to_the_byte(fastmri, identity):
    out, _ = cleaned(fastmri, identity)
    assert not planted(out.read_bytes())
    with h5py.File(fastmri) as before, h5py.File(out) as after:
        for name in ("kspace", "reconstruction_rss", "mask"):
            assert (
                before[name][()].tobytes() == after[name][()].tobytes()
                and before[name].dtype == after[name].dtype
            )
        assert dict(after.attrs) == {
            "acquisition": "CORPD_FBK",
            "max": 0.5,
            "norm": 17.25,
            "patient_id": identity.pseudonym("s"),
        }
        assert header_of(after["ismrmrd_header"].asstr()[()]).find(f".//{NS}TR").text == "2500"


def test_the_same_hdf5_file_gives_the_same_bytes(fastmri, ismrmrd, identity):
    for path in (fastmri, ismrmrd):
        first = cleaned(path, identity)[0].read_bytes()
        assert cleaned(path, identity)[0].read_bytes() == first


def test_what_lies_between_the_fields_of_records_does_not_come_along(tmp_path, identity):
    kind = np.dtype({"names": ["x", "y"], "formats": ["<f4", "<f4"], "offsets": [0, 20], "itemsize": 24})
    raw = np.frombuffer((b"\0\0\x80?Quackenbush!!!!!" + b"\0\0\x80?") * 3, kind)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("data", data=raw)
    out, _ = cleaned(tmp_path / "a.h5", identity)
    assert not planted(out.read_bytes())
    with h5py.File(out) as after:
        assert after["data"]["y"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("data", "attrs"),
    [
        (np.frombuffer(b"Quackenbush Ada", np.uint8), {}),
        (np.frombuffer(b"Quackenbush Ada", np.uint8).astype(np.uint16).reshape(1, -1), {}),
        (np.frombuffer(b"Quackenbush Ada.", ">u8"), {}),
        (
            np.frombuffer(b"QuackenbushAda MRN77123Smith", np.uint8).astype("u2").reshape(2, 14),
            {"MATLAB_class": np.bytes_("char")},
        ),
    ],
)
def test_text_written_as_numbers_is_dropped_and_numbers_stay(data, attrs, tmp_path, identity):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("label", data=data).attrs.update(attrs)
        file["mask"], file["slices"] = np.eye(9, dtype=np.uint8) * 65, np.arange(60, 120)
        file["kspace"] = np.zeros(4, np.complex64)
    out, _ = cleaned(tmp_path / "a.h5", identity)
    with h5py.File(out) as after:
        assert set(after) == {"mask", "slices", "kspace"}


def bomb(path):
    with h5py.File(path, "w") as file:
        file.create_dataset(
            "kspace", shape=(1 << 20, 1 << 20), dtype="f4", chunks=(1024, 1024), compression="gzip"
        )


def outside(path):
    path.with_name("other.bin").write_bytes(b"Quackenbush" * 100)
    with h5py.File(path, "w") as file:
        file.create_dataset("kspace", shape=(100,), dtype="u1", external=[("other.bin", 0, 100)])


def virtual(path):
    with h5py.File(path, "w") as file:
        layout = h5py.VirtualLayout((10,), "f4")
        layout[:] = h5py.VirtualSource("other.h5", "x", (10,))
        file.create_virtual_dataset("kspace", layout)


def truncated(path):
    with h5py.File(path, "w") as file:
        file["kspace"] = np.ones((1000, 1000), "f4")
    os.truncate(path, 5000)


def no_hdf5(path):
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\xff" * 500)


def entities(path):
    with h5py.File(path, "w") as file:
        file["ismrmrd_header"] = ('<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + HEADER.split("?>", 1)[1]).encode()


def only_text(path):
    with h5py.File(path, "w") as file:
        file["notes"] = "Quackenbush"


@pytest.mark.parametrize(
    ("make", "code"),
    [(bomb, "image_too_large"), (outside, "unsupported"), (virtual, "unsupported"), (truncated, "bad_hdf5"),
     (no_hdf5, "bad_hdf5"), (entities, "bad_raw"), (only_text, "unsupported")],
)  # fmt: skip
def test_hostile_hdf5_files_are_refused_in_the_sandbox(make, code, tmp_path):
    make(tmp_path / "a.h5")
    with pytest.raises(RefusedError) as refusal:
        sandbox.run("clean_file", "hdf5", tmp_path / "a.h5", tmp_path / "b.h5", "ab" * 32, "s")
    assert refusal.value.code == code


def phantom():
    """A bright square of 8 × 8 in 16 × 16, as its k-space of two coils."""
    picture = np.zeros((16, 16))
    picture[2:10, 4:12] = 1
    coils = np.stack([picture, 0.5 * picture])
    return picture, np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(coils, axes=(-2, -1))), axes=(-2, -1))


def shown(path):
    return np.asarray(Image.open(io.BytesIO(sandbox.run("render_raw", path))))


def test_a_preview_of_k_space_shows_what_was_scanned(tmp_path):
    picture, kspace = phantom()
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["kspace"] = np.stack([kspace * 0, kspace, kspace * 0]).astype(np.complex64)
    assert np.array_equal(shown(tmp_path / "a.h5") > 128, picture > 0)


def test_a_preview_of_ismrmrd_acquisitions_shows_what_was_scanned(tmp_path):
    picture, kspace = phantom()
    head = np.dtype([("flags", "<u8"), ("active_channels", "<u2"), ("number_of_samples", "<u2"),
                     ("idx", [("kspace_encode_step_1", "<u2"), ("slice", "<u2")])])  # fmt: skip
    lines = np.zeros(17, np.dtype([("head", head), ("data", h5py.vlen_dtype(np.float32))]))
    for n in range(16):
        lines[n]["head"]["idx"]["kspace_encode_step_1"] = n
        lines[n]["data"] = np.ascontiguousarray(kspace[:, n]).astype(np.complex64).view(np.float32).ravel()
    lines["head"]["active_channels"], lines["head"]["number_of_samples"] = 2, 16
    lines[16]["head"]["flags"], lines[16]["data"] = 1 << 18, np.full(64, 1e6, np.float32)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("dataset/data", data=lines)
    assert np.array_equal(shown(tmp_path / "a.h5") > 128, picture > 0)

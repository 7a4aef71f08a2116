"""Archives are opened safely: hostile ones are refused as a whole, honest ones lose nothing."""

import bz2
import gzip
import io
import struct
import tarfile
import zipfile

import pytest

from storage.models import SubmissionFile
from storage.objects import raw_store
from storage.services.receiving import budget

pytestmark = pytest.mark.django_db

DICOM = bytes(128) + b"DICM" + b"content"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    """Return a tar file."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def kept() -> dict[str, bytes]:
    """Return the bytes of what was kept, by path, and check that nothing else lies in the bucket."""
    files = list(SubmissionFile.objects.filter(state="received"))
    assert {stored.key for stored in raw_store().list_prefix("")} == {file.object_key for file in files}
    return {file.path: raw_store().get_bytes(file.object_key) for file in files}


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
def test_every_member_becomes_a_file_of_its_own(upload_of, pack):
    files = {"p/1.dcm": DICOM, "p/2.dcm": DICOM + b"2", "notes.txt": b"hello"}
    answers = upload_of(pack(files), "scans.archive")
    assert answers.pop("scans.archive") == "expanded"
    assert {path: state for path, state in answers.items() if state == "received"} == dict.fromkeys(
        files, "received"
    )
    assert kept() == files


def test_an_archive_in_an_archive_is_opened(upload_of):
    inner = zipped({"1.dcm": DICOM})
    answers = upload_of(zipped({"inner.zip": inner, "2.dcm": DICOM + b"2"}))
    assert answers == {
        "upload.zip": "expanded",
        "inner.zip": "expanded",
        "1.dcm": "received",
        "2.dcm": "received",
    }


def test_archives_in_archives_in_archives_end(upload_of):
    content = DICOM
    for level in range(5):
        content = zipped({f"level{level}": content})
    answers = upload_of(content)
    assert answers["level2"] == "nested_too_deep"
    assert "level1" not in answers
    assert kept() == {}


@pytest.mark.parametrize(
    "name", ["../../../tmp/evil", "/etc/passwd", "C:\\Windows\\x", "\\\\server\\share", "CON", "a" * 300, "."]
)
def test_a_hostile_name_is_kept_as_data_and_used_nowhere(upload_of, name):
    upload_of(zipped({name: DICOM}))
    assert list(kept().values()) == [DICOM]
    file = SubmissionFile.objects.get(state="received")
    assert file.object_key == f"raw/{file.pk.hex[:2]}/{file.pk}"


def test_two_members_of_one_name_are_both_kept(upload_of):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("1.dcm", DICOM)
        archive.writestr("1.dcm", DICOM + b"other")
    upload_of(target.getvalue())
    assert SubmissionFile.objects.filter(state="received", path="1.dcm").count() == 2


def test_a_zip_bomb_is_refused_with_everything_in_it(upload_of, monkeypatch):
    monkeypatch.setattr(budget, "FREE_BYTES", 1 << 20)
    answers = upload_of(zipped({"1.dcm": DICOM, "zeros": bytes(4 << 20)}))
    assert answers == {"upload.zip": "bomb", "1.dcm": "archive_refused", "zeros": "archive_refused"}
    assert kept() == {}


def test_a_bomb_inside_spoils_what_it_came_in(upload_of, monkeypatch):
    monkeypatch.setattr(budget, "FREE_BYTES", 1 << 20)
    inner = zipped({"zeros": bytes(4 << 20)})
    answers = upload_of(zipped({"before.zip": zipped({"0.dcm": DICOM}), "inner.zip": inner}))
    assert answers["upload.zip"] == "bomb"
    assert answers["before.zip"] == answers["inner.zip"] == answers["0.dcm"] == "archive_refused"
    assert kept() == {}


def test_a_gzip_bomb_is_refused(upload_of, monkeypatch):
    monkeypatch.setattr(budget, "FREE_BYTES", 1 << 20)
    answers = upload_of(gzip.compress(bytes(32 << 20)), "scan.gz")
    assert answers == {"scan.gz": "bomb", "scan": "archive_refused"}


def test_too_many_members_are_refused(upload_of, monkeypatch):
    monkeypatch.setattr(budget, "MOST_MEMBERS", 10)
    answers = upload_of(zipped({f"{number}": DICOM for number in range(12)}))
    assert answers["upload.zip"] == "too_many_members"
    assert set(answers.values()) == {"too_many_members", "archive_refused"}
    assert kept() == {}


def test_members_that_lie_over_each_other_are_refused(upload_of):
    content = bytearray(zipped({"a": b"A" * 100, "b": b"B" * 100}, zipfile.ZIP_STORED))
    directory = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", directory + 1)
    # The second entry of the directory points to the first one's bytes.
    content[second + 42 : second + 46] = struct.pack("<L", 0)
    assert upload_of(bytes(content)) == {"upload.zip": "overlapping"}


def test_a_member_that_reaches_into_the_directory_is_refused(upload_of):
    content = bytearray(zipped({"a": b"A" * 100}, zipfile.ZIP_STORED))
    directory = content.index(b"PK\x01\x02")
    content[directory + 20 : directory + 24] = struct.pack("<L", 120)
    assert upload_of(bytes(content)) == {"upload.zip": "overlapping"}


def test_an_encrypted_member_is_refused_alone(upload_of):
    content = bytearray(zipped({"a.dcm": DICOM, "b.dcm": DICOM + b"b"}, zipfile.ZIP_STORED))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    answers = upload_of(bytes(content))
    assert answers == {"upload.zip": "expanded", "a.dcm": "encrypted", "b.dcm": "received"}


def test_a_member_with_a_wrong_checksum_is_refused_alone(upload_of):
    content = bytearray(zipped({"a.dcm": DICOM, "b.dcm": DICOM + b"b"}, zipfile.ZIP_STORED))
    content[content.index(b"content")] ^= 1
    answers = upload_of(bytes(content))
    assert answers == {"upload.zip": "expanded", "a.dcm": "damaged", "b.dcm": "received"}


def test_a_lying_size_is_found(upload_of):
    content = bytearray(zipped({"a.dcm": DICOM}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<L", 5)
    assert upload_of(bytes(content))["a.dcm"] == "damaged"


def test_a_link_and_a_device_are_refused(upload_of):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, kind in (("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("device", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    answers = upload_of(target.getvalue(), "x.tar")
    assert answers == {
        "x.tar": "expanded",
        "link": "not_a_file",
        "hard": "not_a_file",
        "device": "not_a_file",
    }


def test_a_link_in_a_zip_is_refused(upload_of):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert upload_of(target.getvalue())["link"] == "not_a_file"


def test_a_tar_header_made_to_fill_the_memory_is_refused(upload_of):
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, (1 << 33) - 1
    answers = upload_of(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024), "x.tar")
    assert answers == {"x.tar": "bomb"}


@pytest.mark.parametrize("cut", [10, 60, 150])
def test_a_cut_archive_is_refused(upload_of, cut):
    answers = upload_of(zipped({"a.dcm": DICOM * 20}, zipfile.ZIP_STORED)[:cut])
    assert answers == {"upload.zip": "damaged"}


def test_an_unknown_packing_is_refused_alone(upload_of):
    assert bz2.compress(b"")
    answers = upload_of(zipped({"a.dcm": DICOM}, zipfile.ZIP_BZIP2))
    assert answers == {"upload.zip": "expanded", "a.dcm": "unknown_compression"}


def test_a_compressed_nifti_file_stays_as_it_is(upload_of):
    content = gzip.compress(b"nifti")
    assert upload_of(content, "head.nii.gz") == {"head.nii.gz": "received"}
    assert kept() == {"head.nii.gz": content}


def test_a_dicom_file_with_a_zip_signature_in_its_preamble_is_a_dicom_file(upload_of):
    content = b"PK\x03\x04" + DICOM[4:]
    assert upload_of(content, "odd.dcm") == {"odd.dcm": "received"}


def test_an_empty_file_is_refused(uploader):
    file = uploader.announce("empty.dcm", 0)["id"]
    assert uploader.api.post(f"/api/v1/submission-files/{file}/complete").status_code == 200
    uploader.receive()
    assert uploader.answers() == {"empty.dcm": "empty"}


def test_the_counts_add_up(uploader):
    uploader.send("a.zip", zipped({"1.dcm": DICOM, "2.dcm": DICOM + b"2", "e.txt": b""}))
    uploader.send("b.dcm", DICOM)
    counts = uploader.receive().counts()
    assert (counts["received"], counts["rejected"], counts["expanded"], counts["total"]) == (3, 1, 1, 5)

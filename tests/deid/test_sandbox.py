import hashlib
import json
import multiprocessing
import os
import signal
import struct
import subprocess
import threading
import time
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import EngineError, Identity, RefusedError, sandbox
from deid.engine.command.learning import Learned

CT = get_testdata_file("CT_small.dcm")


@pytest.fixture(scope="module")
def pool():
    with sandbox.Pool() as made:
        yield made


def test_a_child_answers_many_calls(pool):
    children = set()
    for _ in range(5):
        assert pool.run("read_facts", CT)["safe"]["modality"] == "CT"
        children.add(pool._child.pid)
    assert len(children) == 1


def test_pictures_come_back_as_bytes(pool):
    assert pool.run("thumbnail", CT, size=64).startswith(b"\x89PNG")


def test_a_refusal_comes_back_with_its_reason(pool, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"nothing" * 100)
    with pytest.raises(RefusedError) as refusal:
        pool.run("read_facts", path)
    assert refusal.value.code == "not_dicom" and "DICM" in refusal.value.reason


def test_a_failure_names_no_value(pool, tmp_path):
    with pytest.raises(EngineError) as failure:
        pool.run("read_facts", str(tmp_path / "Quackenbush.dcm"))
    assert failure.value.code == "files_unreachable" and "Quackenbush" not in str(failure.value)
    assert not isinstance(failure.value, RefusedError)


def test_only_registered_functions_run(pool):
    with pytest.raises(ValueError, match="no function"):
        pool.run("system", "true")


def test_a_killed_child_refuses_one_file_and_the_next_is_served(pool):
    pool.run("read_facts", CT)
    killer = threading.Timer(0.3, lambda: os.kill(pool._child.pid, signal.SIGKILL))
    os.kill(pool._child.pid, signal.SIGSTOP)
    killer.start()
    with pytest.raises(RefusedError) as refusal:
        pool.run("read_facts", CT)
    assert refusal.value.code == "killed"
    assert pool.run("read_facts", CT)["safe"]["rows"] == 128


def test_a_child_that_ends_before_it_reads_a_call_refuses_it_and_the_next_is_served():
    with sandbox.Pool() as made:
        reads_nothing = ["sh", "-c", "exec sleep 600 <&-"]
        made._child = child = subprocess.Popen(reads_nothing, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        while Path(f"/proc/{child.pid}/fd/0").exists():
            time.sleep(0.01)

        def end_it_once_it_is_asked():
            while not made._lock.locked():
                time.sleep(0.01)
            time.sleep(0.2)
            child.send_signal(signal.SIGKILL)

        threading.Thread(target=end_it_once_it_is_asked).start()
        with pytest.raises(RefusedError) as refusal:
            made.run("read_facts", CT)
        assert refusal.value.code == "killed"
        assert made.run("read_facts", CT)["safe"]["rows"] == 128


def test_a_child_that_takes_too_long_is_a_refusal_and_the_next_is_served():
    with sandbox.Pool() as slow:
        slow.run("read_facts", CT)
        os.kill(slow._child.pid, signal.SIGSTOP)
        slow.limits = sandbox.Limits(wall_seconds=0.3)
        with pytest.raises(RefusedError) as refusal:
            slow.run("read_facts", CT)
        assert refusal.value.code == "too_much_time"
        slow.limits = sandbox.Limits()
        assert slow.run("read_facts", CT)["safe"]["rows"] == 128


@pytest.fixture(scope="module")
def unpacks_to_much(tmp_path_factory):
    """An image whose deflated pixels are 256 MB."""
    ds = pydicom.dcmread(CT)
    ds.Rows = ds.Columns = 8192
    ds.NumberOfFrames = 2
    ds.PixelData = bytes(range(256)) * (1 << 20)
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    path = tmp_path_factory.mktemp("big") / "big.dcm"
    ds.save_as(path)
    return path


def test_memory_is_limited(unpacks_to_much):
    with pytest.raises(RefusedError) as refusal:
        sandbox.run("read_facts", unpacks_to_much, limits=sandbox.Limits(memory_bytes=220 << 20))
    assert refusal.value.code == "too_much_memory"


def test_file_size_is_limited(tmp_path):
    with pytest.raises(RefusedError) as refusal:
        sandbox.run(
            "clean_dicom_file",
            CT,
            tmp_path / "o",
            "research",
            "00" * 32,
            "s",
            limits=sandbox.Limits(file_size_bytes=1000),
        )
    assert refusal.value.code == "too_large"


def volume(path, frames):
    """Write a NIfTI volume of zeros with so many frames of two megabytes."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, 1000, 1000, frames, 1, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 4, 16)
    struct.pack_into("<f", header, 108, 352)
    header[344:348] = b"n+1\0"
    # Behind a full flush the same bytes are packed alike: one block is packed once and stands there many times.
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    beginning, block = (
        packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
        for content in (bytes(header), bytes(2_000_000))
    )
    path.write_bytes(beginning + block * frames + packer.flush())
    return path


def test_processor_time_is_limited_and_a_call_that_ends_the_child_costs_itself_alone(tmp_path):
    short, long = volume(tmp_path / "short.nii.gz", 1), volume(tmp_path / "long.nii.gz", 1500)
    calls = [
        ((path, tmp_path / f"{n}"), {"key": "00" * 32, "subject_key": "s"})
        for n, path in enumerate((short, long, short))
    ]
    with sandbox.Pool(sandbox.Limits(cpu_seconds=1)) as pool:
        first, refusal, last = pool.run_each("clean_nifti_file", calls)
    assert isinstance(refusal, RefusedError) and refusal.code == "too_much_time"
    assert (
        first["sha256"] == last["sha256"] and (tmp_path / "0").read_bytes() == (tmp_path / "2").read_bytes()
    )


def _in_daemon(results):
    try:
        results.put(sandbox.run("read_facts", CT)["safe"]["modality"])
    except BaseException as error:
        results.put(repr(error))


def test_it_works_inside_a_daemonic_worker():
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    worker = context.Process(target=_in_daemon, args=(results,), daemon=True)
    worker.start()
    assert results.get(timeout=60) == "CT"
    worker.join()


@pytest.mark.parametrize("name", ["clean_dicom_file", "clean_nifti_file", "clean_file"])
def test_a_child_reports_what_it_has_written_as_json_can_say_it(pool, tmp_path, name):
    (tmp_path / "note.txt").write_text("nodule of 8 mm")
    before = {
        "clean_dicom_file": (CT, tmp_path / "o", "research"),
        "clean_nifti_file": (volume(tmp_path / "v.nii.gz", 1), tmp_path / "o"),
        "clean_file": ("document", tmp_path / "note.txt", tmp_path / "o"),
    }[name]
    report = json.loads(json.dumps(pool.run(name, *before, "11" * 32, "s")))
    content = (tmp_path / "o").read_bytes()
    assert (report["size"], report["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert report["pseudonym"] == Identity(bytes.fromhex("11" * 32)).pseudonym("s")


def test_an_image_that_ends_the_child_keeps_the_others_beside_it_known(tmp_path, unpacks_to_much):
    learned = Learned("research")
    with sandbox.Pool(sandbox.Limits(memory_bytes=220 << 20)) as small:
        learned.learn(
            small, [(path, path.name) for path in (Path(CT), unpacks_to_much, tmp_path / "missing.dcm")]
        )
    assert "CompressedSamples^CT1" in learned.values_for(Path(CT), "CT_small.dcm")
    assert (
        learned.values_for(unpacks_to_much, "big.dcm")
        == learned.values_for(tmp_path / "missing.dcm", "missing.dcm")
        == []
    )

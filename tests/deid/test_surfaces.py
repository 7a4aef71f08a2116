"""Surfaces and outer contours of heads have the shape of a face: a person decides on them."""

import io
import json

import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine.__main__ import main
from deid.engine.facts.dicom import read_facts
from deid.engine.finding.content import recognisable_content

CORNERS = b"".join(b"   vertex %d %d 0\n" % corner for corner in ((0, 0), (1, 0), (0, 1)))
STL = b"solid head\n facet normal 0 0 1\n  outer loop\n" + CORNERS + b"  endloop\n endfacet\nendsolid head\n"


def structures(names, types) -> bytes:
    ds = pydicom.dcmread(get_testdata_file("rtstruct.dcm"), force=True)
    ds.file_meta = pydicom.dataset.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = (
        ds.SOPClassUID,
        ds.SOPInstanceUID,
    )
    template, seen = ds.StructureSetROISequence[0], ds.RTROIObservationsSequence[0]
    rois, observations = [], []
    for number, (name, kind) in enumerate(zip(names, types, strict=True), 1):
        roi, observation = pydicom.Dataset(), pydicom.Dataset()
        roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = (
            number,
            name,
            template.ReferencedFrameOfReferenceUID,
        )
        observation.ObservationNumber = observation.ReferencedROINumber = number
        observation.RTROIInterpretedType, observation.ROIInterpreter = kind, seen.get("ROIInterpreter", "")
        rois.append(roi)
        observations.append(observation)
    ds.StructureSetROISequence, ds.RTROIObservationsSequence = rois, observations
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    return out.getvalue()


@pytest.mark.parametrize(
    ("names", "types", "told"),
    [
        (["BODY", "Brainstem"], ["EXTERNAL", "ORGAN"], True), (["External", "Eye_L"], ["EXTERNAL", "AVOIDANCE"], True),
        (["BODY", "Prostate"], ["EXTERNAL", "ORGAN"], False), (["PTV", "Brainstem"], ["PTV", "ORGAN"], False),
    ],
)  # fmt: skip
def test_the_outer_contour_of_a_head_identifies_by_its_shape(tmp_path, names, types, told):
    path = tmp_path / "x.dcm"
    path.write_bytes(structures(names, types))
    safe = read_facts(path).safe
    assert safe["outlines_head"] is told and ("contour" in (recognisable_content(safe) or "")) is told


def test_the_command_asks_a_person_about_surfaces_and_writes_them(tmp_path):
    (tmp_path / "in" / "P1").mkdir(parents=True)
    (tmp_path / "in" / "P1" / "head.stl").write_bytes(STL)
    (tmp_path / "in" / "P1" / "rt.dcm").write_bytes(structures(["BODY", "Brainstem"], ["EXTERNAL", "ORGAN"]))
    (tmp_path / "in" / "P1" / "plan.dcm").write_bytes(structures(["PTV"], ["PTV"]))
    (tmp_path / "key").write_text("0c" * 32)
    given = ("in", "out", "--key-file", "key", "--report", "r.json")
    status = main([one if one.startswith("--") else str(tmp_path / one) for one in given])
    files = json.loads((tmp_path / "r.json").read_text())["files"]
    assert status == 0 and all("output" in entry for entry in files.values())
    told = {name: "identifying_content" in entry.get("needs_person", ()) for name, entry in files.items()}
    assert told == {"P1/head.stl": True, "P1/rt.dcm": True, "P1/plan.dcm": False}

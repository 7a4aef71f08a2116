"""The fields of a NIfTI header by name: where each lies and what it is (nifti1.h, nifti2.h)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from deid.engine.formats.nifti import NIFTI1, NIFTI2, Layout

# Name, offset in bytes, format of struct.
Field = tuple[str, int, str]
_OF_1 = """
sizeof_hdr 0 i|data_type 4 10s|db_name 14 18s|extents 32 i|session_error 36 h|regular 38 1s|dim_info 39 B|dim 40 8h
intent_p1 56 f|intent_p2 60 f|intent_p3 64 f|intent_code 68 h|datatype 70 h|bitpix 72 h|slice_start 74 h|pixdim 76 8f
vox_offset 108 f|scl_slope 112 f|scl_inter 116 f|slice_end 120 h|slice_code 122 B|xyzt_units 123 B|cal_max 124 f
cal_min 128 f|slice_duration 132 f|toffset 136 f|glmax 140 i|glmin 144 i|descrip 148 80s|aux_file 228 24s
qform_code 252 h|sform_code 254 h|quatern_b 256 f|quatern_c 260 f|quatern_d 264 f|qoffset_x 268 f|qoffset_y 272 f
qoffset_z 276 f|srow_x 280 4f|srow_y 296 4f|srow_z 312 4f|intent_name 328 16s|magic 344 4s
"""
_OF_2 = """
sizeof_hdr 0 i|magic 4 8s|datatype 12 h|bitpix 14 h|dim 16 8q|intent_p1 80 d|intent_p2 88 d|intent_p3 96 d|pixdim 104 8d
vox_offset 168 q|scl_slope 176 d|scl_inter 184 d|cal_max 192 d|cal_min 200 d|slice_duration 208 d|toffset 216 d
slice_start 224 q|slice_end 232 q|descrip 240 80s|aux_file 320 24s|qform_code 344 i|sform_code 348 i|quatern_b 352 d
quatern_c 360 d|quatern_d 368 d|qoffset_x 376 d|qoffset_y 384 d|qoffset_z 392 d|srow_x 400 4d|srow_y 432 4d
srow_z 464 4d|slice_code 496 i|xyzt_units 500 i|intent_code 504 i|intent_name 508 16s|dim_info 524 B|unused_str 525 15s
"""


def _read(table: str) -> Iterator[Field]:
    for line in table.strip().splitlines():
        for field in line.split("|"):
            name, offset, form = field.split()
            yield name, int(offset), form


FIELDS: Mapping[Layout, tuple[Field, ...]] = MappingProxyType(
    {NIFTI1: tuple(_read(_OF_1)), NIFTI2: tuple(_read(_OF_2))}
)
# What the codes of extensions mean (nifti1.h and the registry of NIfTI extension codes).
EXTENSIONS: Mapping[int, str] = MappingProxyType(
    {2: "DICOM", 4: "AFNI", 6: "Comment", 8: "XCEDE", 10: "JIM", 12: "Workflow", 16: "PyPickle", 18: "MIND",
     30: "CIFTI", 38: "Eval", 40: "MATLAB", 42: "Quantiphyse", 44: "MRS"}
)  # fmt: skip

"""How the second reader walks a file: every element in its order, at its depth, in every encoding and character set."""

import io
import struct

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from deid.engine import UnreadableError
from deid.engine.verification.characters import decoded, texts_of
from deid.engine.verification.walker import Seen, Walker
from tests.deid.conftest import wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
SYNTAXES = {
    "1.2.840.10008.1.2": (True, True), "1.2.840.10008.1.2.1": (False, True), "1.2.840.10008.1.2.2": (False, False),
    "1.2.840.10008.1.2.1.99": (False, True),
}  # fmt: skip


def data_set(*, undefined: bool) -> Dataset:
    """Return a data set with values of many kinds, sequences in sequences and an empty one."""
    inner, item, ds = Dataset(), Dataset(), Dataset()
    inner.CodeValue, inner.CodeMeaning = "1", "Chest"
    item.ConceptNameCodeSequence, item.TextValue = Sequence([inner, inner]), "free words"
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4"
    ds.PatientName, ds.Rows, ds.PixelSpacing, ds.LossyImageCompression = "Doe^J", 259, [0.5, 0.25], "00"
    ds.ContentSequence, ds.RequestAttributesSequence = Sequence([item, Dataset()]), Sequence([])
    ds.add_new(0x00189073, "FD", 1.5)
    ds.add_new(0x00290010, "UN", b"SOMEBODY")
    ds.PixelData = bytes(range(100))
    ds["PixelData"].VR = "OB"
    for held in (ds, item):
        for element in held:
            if element.VR == "SQ":
                element.is_undefined_length = undefined
                for one in element.value:
                    one.is_undefined_length_sequence_item = undefined
    return ds


def written(ds: Dataset, syntax: str) -> bytes:
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID, ds.file_meta.MediaStorageSOPClassUID = syntax, ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    return out.getvalue()


def flat(ds: Dataset, path=()):
    """Yield the path and VR of every element as pydicom has them; a VR that the dictionary leaves open is its first."""
    for element in ds:
        here = (*path, int(element.tag))
        yield here, "OB" if element.tag == 0x7FE00010 else element.VR
        for item in element.value if element.VR == "SQ" else ():
            yield from flat(item, here)


@pytest.mark.parametrize("syntax", list(SYNTAXES))
@pytest.mark.parametrize("undefined", [False, True])
def test_every_element_is_seen_in_its_order_at_its_depth_in_every_encoding(syntax, undefined):
    """PS3.5 7.5: sequences and items of defined and of undefined length; A.1, A.2, A.3, A.5."""
    content = written(data_set(undefined=undefined), syntax)
    walker = Walker(content)
    seen = [one for one in walker.elements() if one.tag >> 16 != 2]
    assert walker.syntax == syntax
    assert [(one.path, one.vr) for one in seen] == list(flat(data_set(undefined=undefined)))
    by_path = {one.path: one.value for one in seen}
    order = "<" if SYNTAXES[syntax][1] else ">"
    assert by_path[(0x00280010,)] == struct.pack(order + "H", 259)
    assert by_path[(0x00189073,)] == struct.pack(order + "d", 1.5)
    assert by_path[(0x0040A730, 0x0040A160)] == b"free words"
    assert by_path[(0x0040A730, 0x0040A043, 0x00080104)] == b"Chest "
    assert by_path[(0x7FE00010,)] == bytes(range(100)) and by_path[(0x0040A730,)] == b""


def test_fragments_are_seen_with_their_closing_delimiter():
    content = wheel_file("MR_small_RLE.dcm")
    pixels = [one for one in Walker(content).elements() if one.tag == 0x7FE00010]
    assert len(pixels) == 1 and pixels[0].value[:4] == b"\xfe\xff\0\xe0"
    assert pixels[0].value[-8:] == b"\xfe\xff\xdd\xe0" + bytes(4)
    end = content.rindex(b"\xfe\xff\xdd\xe0")
    assert [one.tag for one in Walker(content[: end + 8]).elements()][-1] == 0x7FE00010
    for cut in (end + 7, end + 4, end, end - 1):
        with pytest.raises(UnreadableError) as refused:
            list(Walker(content[:cut]).elements())
        assert refused.value.code == "damaged"


@pytest.mark.parametrize("said", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
@pytest.mark.parametrize("true", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
def test_a_file_that_says_another_encoding_than_it_has_is_walked_by_what_stands_there(said, true):
    body, meta = written(data_set(undefined=False), true), written(data_set(undefined=False), said)
    ends = [144 + int.from_bytes(one[140:144], "little") for one in (body, meta)]
    seen = [one for one in Walker(meta[: ends[1]] + body[ends[0] :]).elements() if one.tag >> 16 != 2]
    assert [(one.path, one.vr) for one in seen] == list(flat(data_set(undefined=False)))


@pytest.mark.parametrize("length", [0x6161, 0x3141, 0x4131, 0x6141])
def test_a_length_that_looks_like_letters_is_no_vr(length):
    """In implicit VR the length stands where a VR would: two capital letters."""
    content = written(data_set(undefined=False), "1.2.840.10008.1.2")
    meta = content[: 144 + int.from_bytes(content[140:144], "little")]
    walker = Walker(meta + struct.pack("<HHL", 0x0008, 0x0104, length) + bytes(length))
    (seen,) = (one for one in walker.elements() if one.tag >> 16 != 2)
    assert (seen.path, seen.vr, len(seen.value)) == ((0x00080104,), "LO", length)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_a_file_that_ends_anywhere_is_walked_to_its_end_or_refused_as_damaged(syntax):
    content = written(data_set(undefined=False), syntax)
    whole = [one.path for one in Walker(content).elements()]
    ends = 0
    for end in range(133, len(content)):
        try:
            seen = [one.path for one in Walker(content[:end]).elements()]
        except UnreadableError as error:
            assert error.code == "damaged"
            continue
        ends += 1
        assert seen == whole[: len(seen)] != whole
    assert 4 < ends < len(whole) + 20


def test_what_is_no_dicom_or_nested_without_end_is_refused():
    with pytest.raises(UnreadableError) as refused:
        Walker(bytes(128) + b"DICX")
    assert refused.value.code == "not_dicom"
    stray = struct.pack("<HH2sHLHHL", 0x0040, 0xA730, b"SQ", 0, 8, 0x0008, 0x0104, 0)
    with pytest.raises(UnreadableError) as refused:
        list(Walker(bytes(128) + b"DICM" + stray).elements())
    assert refused.value.code == "damaged"
    content = written(data_set(undefined=False), "1.2.840.10008.1.2.1")
    nested = b""
    for depth in range(80):
        body = struct.pack("<HHL", 0xFFFE, 0xE000, len(nested)) + nested
        nested = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, len(body)) + body
        if depth == 60:
            assert len(list(Walker(content[:132] + nested).elements())) == 61
    with pytest.raises(UnreadableError):
        list(Walker(content[:132] + nested).elements())


@pytest.mark.parametrize(
    ("vr", "between", "shown"),
    [
        ("PN", "^", "김^Müller"), ("PN", "=", "김=Müller"), ("LO", "\n", "김\nMüller"), ("LT", "\r\n", "김\r\nMüller"),
        ("LO", "\\", "김\\Müller"), ("PN", "\\", "김\\Müller"),
    ],
)  # fmt: skip
def test_a_character_set_ends_with_the_component_the_line_or_the_value(vr, between, shown):
    """PS3.5 6.1.2.5.3: what follows is in the first set again until an escape sequence says otherwise."""
    value = b"\x1b$)C" + "김".encode("euc_kr") + between.encode() + "Müller".encode("latin-1")
    sets = Seen((0x00080005,), "CS", rb"ISO_IR 100\ISO 2022 IR 149")
    _sets, seen = decoded([sets, Seen((0x00100010,), vr, value)])
    assert "\\".join(text for text, _raw in texts_of(seen)) == shown


@pytest.mark.parametrize(("vr", "between"), [("LO", "^"), ("LO", "="), ("PN", "\t")])
def test_a_character_set_goes_on_behind_any_other_sign(vr, between):
    value = b"\x1b$)C" + f"김{between}김".encode("euc_kr")
    sets = Seen((0x00080005,), "CS", rb"ISO_IR 100\ISO 2022 IR 149")
    _sets, seen = decoded([sets, Seen((0x00100010,), vr, value)])
    assert [text for text, _raw in texts_of(seen)] == [f"김{between}김"]


def test_an_item_has_the_character_set_of_what_it_stands_in():
    """PS3.3 C.12.1.1.2."""
    name = "Люксембург".encode("iso8859-5")
    inside = [
        Seen((0x00080005,), "CS", b"ISO_IR 144"), Seen((0x00100010,), "PN", name), Seen((0x0040A730, 0x0040A123), "PN", name),
        Seen((0x0040A730, 0x00080005), "CS", b"ISO_IR 100"), Seen((0x0040A730, 0x0040A123), "PN", name),
    ]  # fmt: skip
    texts = [texts_of(one)[0][0] for one in decoded(inside) if one.vr == "PN"]
    deeper = [*inside[:4], Seen((0x0040A730, 0x0040A730, 0x0040A123), "PN", name)]
    assert texts_of(list(decoded(deeper))[-1])[0][0] == name.decode("latin-1")
    assert texts == ["Люксембург", "Люксембург", name.decode("latin-1")]
    behind = [*inside, Seen((0x00401001,), "LO", name), Seen((0x00400275, 0x00400007), "LO", name)]
    assert [texts_of(one)[0][0] for one in list(decoded(behind))[-2:]] == ["Люксембург"] * 2
    assert (
        texts_of(Seen((1,), "PN", "Zoé".encode()))[0][0] == "Zoé"
        and texts_of(Seen((1,), "PN", b"Zo\xe9"))[0][0] == "Zoé"
    )
    unknown = [Seen((0x00080005,), "CS", b"NO_SUCH_SET"), Seen((0x00100010,), "PN", b"Zo\xe9\\B")]
    assert texts_of(list(decoded(unknown))[1]) == [("Zoé", "Zoé".encode()), ("B", b"B")]

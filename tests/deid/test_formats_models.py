"""Surface models are their numbers, texts their words."""

import io
import struct

import pytest

from deid.engine import Identity, RefusedError
from deid.engine.formats.documents.models import MTL, OBJ, STL, clean_model, cleaned_model, mime_of_model
from deid.engine.formats.documents.texts import decoded, text_of_rtf

IDENTITY = Identity(bytes(32), shift_range_days=(10, 10))
PSEUDONYM = IDENTITY.pseudonym("s")


def code_of(act, *given, **more) -> str:
    try:
        act(*given, **more)
    except RefusedError as error:
        return error.code
    return ""


def cleaned(act, content: bytes, **more) -> tuple[bytes, dict]:
    out = io.BytesIO()
    report = act(io.BytesIO(content), out, identity=IDENTITY, subject_key="s", **more)
    assert report.pseudonym == PSEUDONYM and report.size == len(out.getvalue())
    return out.getvalue(), {code: number for code, number in report.counts.items() if number}


FACET = struct.pack("<12f", *range(12))


@pytest.mark.parametrize(
    ("content", "mime", "written"),
    [
        (b"Quackenbush".ljust(80) + struct.pack("<I", 2) + (FACET + b"Qu") * 2 + b"ackenbush", STL,
         bytes(80) + struct.pack("<I", 2) + (FACET + b"\0\0") * 2),
        (b"solid facet".ljust(80, b"\0") + struct.pack("<I", 1) + FACET + b"\0\0", STL,
         bytes(80) + struct.pack("<I", 1) + FACET + b"\0\0"),
        (b"x" * 80 + struct.pack("<I", 0), STL, None), (b"x" * 80 + struct.pack("<I", 1) + FACET, STL, None),
        (b"x" * 80 + struct.pack("<I", 1) + FACET + b"\0", STL, None),
        (b"x" * 83, STL, None),
        (b"solid Quackenbush\nfacet normal 0 0 1\n outer  loop\nvertex 0 1.5 -2e3\nendloop\nendfacet\nendsolid Q\n", STL,
         b"solid model\nfacet normal 0 0 1\nouter loop\nvertex 0 1.5 -2e3\nendloop\nendfacet\nendsolid model\n"),
        (b"SOLID Ada\nfacet normal 0 0 1\nENDSOLID Ada\n\nsolid Bo\nfacet normal 0 1 0\nendsolid Bo\n", STL,
         b"solid model\nfacet normal 0 0 1\nfacet normal 0 1 0\nendsolid model\n"),
        (b"solid x\nfacet normal 0 0 Q\n", STL, None), (b"solid x\nfacet normal 0 0 1\nQuackenbush\n", STL, None),
        (b"solid x\n", STL, None),
        (b"# Quackenbush\no Quackenbush\nv 1 2 3\nvn 0 0 1\nvt 0 1\nf 1/2/3 2//3 3\ns off\nl 1 2\nusemtl skin\nv x\n", OBJ,
         b"v 1 2 3\nvn 0 0 1\nvt 0 1\nf 1/2/3 2//3 3\ns off\nl 1 2\nusemtl SKIN\n"),
        (b"newmtl skin\nKd 0 .5 1\nmap_Kd Quackenbush.png\nd 1.0\nillum 2\n", MTL,
         b"newmtl SKIN\nKd 0 .5 1\nd 1.0\nillum 2\n"), (b"# Quackenbush\n", OBJ, None), (b"v 1 2 3\n", MTL, None),
    ],
)  # fmt: skip
def test_a_surface_model_is_its_numbers(content, mime, written):
    if written is None:
        assert code_of(cleaned_model, content, mime, bytes.upper) == "bad_document"
    else:
        assert cleaned_model(content, mime, bytes.upper) == written


@pytest.mark.parametrize(
    ("content", "mime"),
    [(b"v 1 2 3\n", OBJ), (b"# x\nv  -1 2 3\n", OBJ), (b"newmtl a\n", MTL), (b"solid x\nfacet\nv 1\n", STL),
        (b"v 1 2 3\n\0", STL), (b"newmtl a\n\0", STL), (b"vertex\n", STL), (b"", STL)],
)  # fmt: skip
def test_a_model_is_told_by_its_first_lines(content, mime):
    assert mime_of_model(content) == mime


def test_a_material_has_the_same_new_name_in_both_files_and_no_old_one():
    obj, _ = cleaned(clean_model, b"v 1 2 3\nusemtl Quackenbush\nusemtl other\n")
    mtl, _ = cleaned(clean_model, b"newmtl Quackenbush\nKd 1 1 1\n")
    names = [line.split()[1] for line in obj.splitlines()[1:]]
    assert mtl.splitlines()[0] == b"newmtl " + names[0] and names[0] != names[1]
    assert all(name.startswith(b"material_") and len(name) == 17 for name in names)


# Text and RTF


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Ä±".encode(), "Ä±"), ("Ä±".encode("utf-16"), "Ä±"), ("Ä".encode("utf-16-be"), None), (b"\xfe\xff\0A", "A"),
        (b"\xef\xbb\xbfA", "A"), (b"\xc4\xb1\xff", "Ä±ÿ"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"), (b"x" * 96 + b"\0" * 4, "x" * 96), (b"x" * 94 + b"\0" * 6, None),
        (b"x" * 95 + b"\x7f" * 5, "x" * 95), (b"a\tb", "a\tb"), (b"", ""),
    ],
)  # fmt: skip
def test_a_text_is_read_in_its_encoding_without_control_characters(content, text):
    if text is None:
        assert code_of(decoded, content) == "bad_document"
    else:
        assert decoded(content) == text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (rb"knee\par axial", "knee\naxial"), (rb"a\tab b\line c", "a\tb\nc"),
        (rb"{\fonttbl{\f0 Quackenbush;}}knee", "knee"), (rb"{\*\x Quackenbush}knee", "knee"),
        (rb"{\info{\author Quackenbush}}{knee}", "knee"), (rb"\'c4x", "Äx"), (rb"\u196?x", "Äx"), (rb"\u196 ?x", "Äx"),
        (rb"\uc2\u196??x", "Äx"), (rb"\uc0\u196 x", "Äx"), (rb"\uc\u196??x", "Ä?x"),
        (rb"{\uc2\u196??}\u196?x", "ÄÄx"), (rb"\u196\'3fx", "Äx"), (rb"\u-10179?x", "\ufffdx"),
        (rb"\u-10179?\u-8704?x", "😀x"), (rb"\\\{\}\~\_", "\\{} -"),
        (rb"a" + b"\r\n" + rb"b", "ab"), (rb"\emdash\bullet", "—•"),
        (rb"\b bold\b0  plain", "bold plain"), (rb"}a}Quackenbush", "a"),
        (rb"\ansicpg1251\'c4x", "Дx"), (b"\\ansicpg1251 \xc4\xe0\\par", "Да\n"), (b"\xc4h", "Äh"),
        (rb"\ansicpg9999\'c4x", "Äx"), (rb"\fs1251\'c4x", "Äx"), (rb"{\pict 89504e47}x", "x"),
    ],
)  # fmt: skip
def test_the_words_of_an_rtf_document_are_read_and_nothing_else(inside, text):
    assert text_of_rtf(rb"{\rtf1 " + inside + b"}") == text


def test_what_is_no_rtf_or_nested_without_end_is_refused():
    assert code_of(text_of_rtf, rb"\rtf1") == "bad_document"
    assert (
        code_of(text_of_rtf, rb"{\rtf1" + b"{" * 999) == ""
        and code_of(text_of_rtf, rb"{\rtf1" + b"{" * 1000) == "too_deep"
    )

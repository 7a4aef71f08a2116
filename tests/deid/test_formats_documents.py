"""Reports and models: the words that matter stay, with the pseudonym's clock; the file around them is new."""

import io
import struct
import unicodedata
import zlib
from xml.etree import ElementTree

import pytest
from pdfminer.high_level import extract_text
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from deid.engine import RefusedError, sandbox
from deid.engine.formats.documents.cleaning import clean_document, mime_of
from deid.engine.formats.documents.files import clean_document_file
from deid.engine.formats.documents.models import clean_model
from deid.engine.formats.documents.pdf import clean_pdf
from deid.engine.formats.documents.pdf_pages import Line, Page, write_pages
from deid.engine.formats.moments import shift_text_date
from deid.engine.formats.wording import wording_of

KNOWN = ["Quackenbush^Ada", "MRN77123", "19610203"]
WORDS = ("uackenbush", "MRN77123", "1961", "Grimwade", "Brambleton", "2019-03-02")


def plain_of(content):
    """Return the bytes with every compressed stream of a PDF unpacked."""
    parts, place = [content], 0
    while (place := content.find(b"stream", place)) >= 0:
        start = place + 6 + (2 if content[place + 6 : place + 8] == b"\r\n" else 1)
        for piece in (content[start:],):
            try:
                parts.append(zlib.decompressobj().decompress(piece))
            except zlib.error:
                continue
        place += 6
    return b"\n".join(parts)


def planted(content):
    flat = content.lower()
    return [
        w for w in WORDS for form in ("utf-8", "utf-16-be", "utf-16-le") if w.lower().encode(form) in flat
    ]


def report(**more):
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=False, **more)
    canvas.setAuthor("Dr Grimwade")
    canvas.setTitle("Quackenbush")
    for n, line in enumerate(
        ["CT CHEST WITH CONTRAST", "Patient: Quackenbush, Ada   MRN: MRN77123", "Examination of 2019-03-02",
         "There is a nodule of 8 mm in the right upper lobe.", "Quackenbush was seen again on 2019-03-12."]
    ):  # fmt: skip
        canvas.drawString(72, 700 - 30 * n, line)
    canvas.drawImage(ImageReader(io.BytesIO(picture())), 300, 100, 60, 40)
    canvas.bookmarkPage("Quackenbush")
    canvas.addOutlineEntry("Quackenbush", "Quackenbush")
    canvas.linkURL("http://quackenbush.example", (0, 0, 10, 10))
    canvas.showPage()
    canvas.drawString(72, 700, "Impression: stable disease. Signed by Dr. Grimwade")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture():
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (30, 20), (200, 10, 10)).save(out, "PNG")
    return out.getvalue()


def cleaned(content, identity, known=KNOWN):
    out = io.BytesIO()
    clean_document_file(io.BytesIO(content), out, identity=identity, subject_key="s", known_values=known)
    return out.getvalue()


def test_a_pdf_keeps_its_clinical_words_where_they_stood(identity):
    source = report()
    assert planted(plain_of(source))
    after = cleaned(source, identity)
    assert not planted(plain_of(after))
    text = extract_text(io.BytesIO(after))
    assert "CT CHEST WITH CONTRAST" in text and "There is a nodule of 8 mm in the right upper lobe." in text
    assert "stable disease" in text and "[image left out]" in text and text.count("\x0c") == 2
    first = shift_text_date("2019-03-02", identity.shift_days("s"))
    second = shift_text_date("2019-03-12", identity.shift_days("s"))
    assert f"Examination of {first}" in text and second in text
    assert (
        (b"/Annots" in source)
        and b"/Annots" not in after
        and b"/Outlines" not in after.replace(b"/Outlines 0 0 R", b"")
    )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert lines.index("CT CHEST WITH CONTRAST") < lines.index(
        "There is a nodule of 8 mm in the right upper lobe."
    )
    assert cleaned(source, identity) == after


@pytest.mark.parametrize(
    "words", ["guzek płuca, ąęśźż", "όζος στον πνεύμονα", "узел в лёгком", "akciğer nodülü", "nódulo ≤ 8 µm"]
)
def test_a_pdf_keeps_letters_beyond_western_europe(identity, words):
    source = write_pages([Page(600, 800, (Line(words, 72, 700, 11), Line("Quackenbush", 72, 600, 11)))])
    after = clean_pdf(source, lambda text: text.replace("Quackenbush", " "))
    text = extract_text(io.BytesIO(after))
    assert unicodedata.normalize("NFC", text.strip()) == words
    assert after == clean_pdf(source, lambda text: text.replace("Quackenbush", " "))


def test_a_letter_that_no_font_at_hand_has_is_a_question_mark():
    content = write_pages([Page(600, 800, (Line("肺 guzek płuca, 肺", 72, 700, 11),))])
    assert extract_text(io.BytesIO(content)).strip() == "? guzek płuca, ?"
    assert b"guzek" in content  # a reader of bytes sees it as well


def test_a_locked_pdf_is_refused_with_a_way_out(identity):
    with pytest.raises(RefusedError) as refusal:
        cleaned(report(encrypt="secret"), identity)
    assert refusal.value.code == "encrypted"


CDA = """<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><id root="1.2.3.4" extension="MRN77123"/>
<code code="18748-4" codeSystem="2.16.840.1.113883.6.1" displayName="Diagnostic imaging report"/>
<title>CT of Quackenbush</title><effectiveTime value="20190302101112+0100"/>
<recordTarget><patientRole><id extension="MRN77123"/><addr>7 Brambleton Road</addr>
<patient><name><given>Ada</given><given>Stone</given>
<family>Quackenbush</family></name><birthTime value="19610203"/></patient></patientRole></recordTarget>
<author><assignedAuthor><assignedPerson><name>Dr Grimwade</name></assignedPerson></assignedAuthor></author>
<component><structuredBody><component><section><title>Findings</title><!-- Quackenbush -->
<text><paragraph ID="Quackenbush">Nodule of 8 mm on <content styleCode="Bold">2019-03-02</content> in Mrs
Quackenbush's lobe.</paragraph>
<renderMultiMedia referencedObject="x"/><table><tbody><tr><td>Name</td><td>Ada Stone Quackenbush</td></tr></tbody></table></text>
<entry><observation classCode="OBS" moodCode="EVN"><code code="246120007" codeSystem="2.16.840.1.113883.6.96"
 displayName="Nodule size"/>
<effectiveTime value="20190302"/><value xsi:type="PQ" value="8" unit="mm"/>
<performer><assignedEntity><id extension="MRN77123"/></assignedEntity></performer></observation></entry>
</section></component></structuredBody></component></ClinicalDocument>"""


def test_a_clinical_document_keeps_sections_and_codes_and_loses_its_people(identity):
    after = cleaned(CDA.encode(), identity, [])
    assert (
        not planted(after)
        and b"Stone" not in after
        and b"renderMultiMedia" not in after
        and b"performer" not in after
    )
    text = after.decode()
    assert (
        'code="246120007"' in text
        and 'value="8"' in text
        and 'unit="mm"' in text
        and "Nodule of 8 mm on" in text
    )
    role = ElementTree.fromstring(after).find("{urn:hl7-org:v3}recordTarget/{urn:hl7-org:v3}patientRole")
    assert [(child.tag, child.attrib) for child in role] == [("{urn:hl7-org:v3}id", {"nullFlavor": "MSK"})]
    day = shift_text_date("20190302", identity.shift_days("s"))
    assert f'effectiveTime value="{day}"' in text and f'value="{day}101112+0100"' in text
    assert 'nullFlavor="MSK"' in text and "<author" not in text and "Findings" in text
    assert f">{shift_text_date('2019-03-02', identity.shift_days('s'))}<" in text


RTF = (
    rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\author Quackenbush}}{\*\generator Quackenbush;}"
    rb"{\header Brambleton Clinic}\pard Patient: Quackenbush, Ada\par Nodule \'b1 8 mm, \u8805?5 mm.\par}"
)


def test_rtf_becomes_plain_text(identity):
    after = cleaned(RTF, identity)
    assert not planted(after) and "Nodule ± 8 mm, ≥5 mm." in after.decode()


def test_letters_that_rtf_writes_in_two_halves_come_out_whole_and_half_a_letter_as_no_letter(identity):
    assert cleaned(rb"{\rtf1 Nodule \u-10179?\u-8704? 8 mm}", identity).decode() == "Nodule 😀 8 mm"
    assert cleaned(rb"{\rtf1 Nodule \u-10179? 8 mm}", identity).decode() == "Nodule \ufffd 8 mm"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "utf-8-sig"])
def test_plain_text_is_read_in_its_encoding(encoding, identity):
    source = "Findings of Quackenbush, Ada\r\nnodule ± 8 mm\r\n".encode(encoding)
    assert cleaned(source, identity).decode() == "Findings of\nnodule ± 8 mm\n"


def bomb():
    # Behind a full flush the same bytes are packed alike: one block is packed once and stands there many times.
    packer = zlib.compressobj(1)
    beginning = packer.compress(b"q") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = beginning + block * 512
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</Length "
    )
    tail = b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
    return head + str(len(packed)).encode() + b"/Filter/FlateDecode>>stream\n" + packed + tail


def deep():
    return CDA.replace("<title>Findings", "<list>" * 5000 + "</list>" * 5000 + "<title>Findings").encode()


ENTITIES = CDA.replace(
    "<ClinicalDocument", '<!DOCTYPE x [<!ENTITY a "Quackenbush">]><ClinicalDocument'
).encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [*((one, "bad_document") for one in (
        b"%PDF-1.4\n", report()[:200], b"%PDF-1.7" + bytes(5000), ENTITIES, b"<html/>", CDA[:900].encode(),
        bytes(range(256)) * 9, b"",
     )), (deep(), "too_deep"), (b"{\\rtf1" + b"{" * 5000, "too_deep")],
)  # fmt: skip
def test_hostile_documents_are_refused_in_the_sandbox(content, code, tmp_path):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(RefusedError) as refusal:
        sandbox.run("clean_file", "document", tmp_path / "a", tmp_path / "b", "ab" * 32, "s")
    assert refusal.value.code == code


def test_a_pdf_that_unpacks_to_more_than_the_memory_allowed_is_refused_in_the_sandbox(tmp_path):
    (tmp_path / "a").write_bytes(bomb())
    limits = sandbox.Limits(memory_bytes=256 << 20)
    with pytest.raises(RefusedError) as refusal:
        sandbox.run("clean_file", "document", tmp_path / "a", tmp_path / "b", "ab" * 32, "s", limits=limits)
    assert refusal.value.code == "too_much_memory"


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"\xef\xbb\xbf\r\n\t <a/>", "text/xml"), (b" \n%PDF-1.4", "application/pdf"), (b"\n{\\rtf1}", "application/rtf"),
        (b"x<5", "text/plain"), (b"of %PDF-1.4", "text/plain"), (b"{rtf", "text/plain"), (b"", "text/plain"),
    ],
)  # fmt: skip
def test_a_document_is_told_by_what_it_begins_with(content, mime):
    assert mime_of(content) == mime


def test_other_types_of_documents_are_refused(identity):
    with pytest.raises(RefusedError) as refusal:
        clean_document(b"x", "application/msword", text_cleaner=wording_of(identity, "s"))
    assert refusal.value.code == "unsupported"


def model(content, identity):
    out = io.BytesIO()
    clean_model(io.BytesIO(content), out, identity=identity, subject_key="s")
    return out.getvalue()


def test_models_keep_their_coordinates_only(identity):
    facet = struct.pack("<12f", *range(12))
    binary = b"Quackenbush".ljust(80) + struct.pack("<I", 2) + facet + b"Qu" + facet + b"ac" + b"Quackenbush"
    assert model(binary, identity) == bytes(80) + struct.pack("<I", 2) + (facet + b"\0\0") * 2
    text = b"solid Quackenbush\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\n"
    text += b"endloop\nendfacet\nendsolid Quackenbush\n"
    assert not planted(model(text, identity)) and b"vertex 1 0 0\n" in model(text, identity)
    obj = b"# Quackenbush\nmtllib quackenbush.mtl\no Quackenbush\nv 0 1 2\nv 1 0 0\nv 0 0 1\nusemtl Quackenbush\nf 1/1 2/2 3/3\n"
    mtl = b"newmtl Quackenbush\nKd 0.1 0.2 0.3\nmap_Kd quackenbush.png\n"
    after, material = model(obj, identity), model(mtl, identity)
    assert not planted(after + material) and after.startswith(b"v 0 1 2\n") and b"f 1/1 2/2 3/3\n" in after
    assert after.split(b"usemtl ")[1].split()[0] == material.split()[1]


@pytest.mark.parametrize(
    "content", [b"", bytes(90), b"solid x\nfacet\nQuackenbush\n", bytes(80) + b"\xff\xff\xff\xff" + bytes(50)]
)
def test_models_that_lie_are_refused(content, identity):
    with pytest.raises(RefusedError):
        model(content, identity)

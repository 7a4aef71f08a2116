"""Clean one DICOM instance from stream to stream."""

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from deid.engine.acting.context import Context, Memory
from deid.engine.acting.segments import hidden_segments
from deid.engine.acting.tails import hidden_tail
from deid.engine.acting.uids import kind_uid
from deid.engine.cleaning import CHARACTER_SET, Cleaner
from deid.engine.deciding.knowing import learn
from deid.engine.deciding.rules import PATIENT_ID, PATIENT_NAME, compile_rules
from deid.engine.errors import UnreadableError, UnsupportedError
from deid.engine.formats.encapsulated import DOCUMENT, document_pieces
from deid.engine.identity import Identity
from deid.engine.pixels.describing import PIXEL_DATA
from deid.engine.pixels.masking import mask_pixels
from deid.engine.pixels.unhiding import Hidden, cleared_pixels
from deid.engine.pixels.voxel_masks import VoxelMask, name_of_instance, read_voxel_mask
from deid.engine.profiles.profile import Profile
from deid.engine.reading.alike import Likeness, Tags
from deid.engine.reading.elements import DataSet, Element, Placed
from deid.engine.reading.encoding import DEFLATED, EXPLICIT_LITTLE, encoding_of
from deid.engine.reading.files import read_data_set, uid_text
from deid.engine.results import Cleaned, Mask
from deid.engine.text.charsets import parse_terms
from deid.engine.writing.elements import Writer
from deid.engine.writing.meta import file_meta
from deid.engine.writing.statement import PixelWork, statement
from deid.engine.writing.stream import HashingTarget, Piece

SOP_CLASS, SOP_INSTANCE, MODALITY = 0x00080016, 0x00080018, 0x00080060
PHOTOMETRIC, PALETTE = 0x00280004, frozenset((0x00281201, 0x00281202, 0x00281203))
STUDY_UID, SERIES_UID = 0x0020000D, 0x0020000E
UID = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)
# Whole slides (PS3.3 C.8.12.4): what a picture shows is the third value of Image Type, and whether a label is in it.
IMAGE_TYPE, LABEL_IN_IMAGE, MICROSCOPY = 0x00080008, 0x00480010, "SM"
VOICES = frozenset({"1.2.840.10008.5.1.4.1.1.9.4.1", "1.2.840.10008.5.1.4.1.1.9.4.2"})
MODALITY_CODE = re.compile(r"[A-Z0-9]{2,16}", re.ASCII)
# What the last instances have in common, whoever cleans them: it is how they are written, and says nothing of what becomes of it.
_LIKENESS = Likeness()


def read_like_last(source: BinaryIO) -> DataSet:
    """Read the elements of a DICOM file as `read_data_set` does, with less work where it is of the series of the last ones."""
    return read_data_set(source, _LIKENESS)


def top_level(source: DataSet) -> Mapping[int, Element]:
    """Return the top-level elements by tag, refusing any that is there twice."""
    if any(isinstance(part, Placed) for part in source.parts):
        return Tags(source.parts)
    by_tag = {element.tag: element for element in source.elements}
    if len(by_tag) != len(source.elements):
        raise UnreadableError("An element is there twice, so readers disagree.", code="duplicate_element")
    return by_tag


def text_at(source: DataSet, by_tag: Mapping[int, Element], tag: int) -> str:
    """Return the UID or code at *tag*, empty where there is none."""
    element = by_tag.get(tag)
    return uid_text(source.buffer[element.start : element.start + element.length]) if element else ""


def require_cleanable(source: DataSet, by_tag: Mapping[int, Element]) -> tuple[str, str]:
    """Return class and instance UID, refusing what has none and what the engine cannot look into."""
    sop_class, sop_instance = text_at(source, by_tag, SOP_CLASS), text_at(source, by_tag, SOP_INSTANCE)
    if not sop_class or not sop_instance:
        raise UnreadableError(
            "The file does not say which instance of what class it is.", code="no_sop_instance"
        )
    if not UID.fullmatch(sop_class):
        raise UnreadableError("The file names a class of images that is no UID.", code="bad_class")
    if sop_class in VOICES:
        raise UnsupportedError(
            "The file records somebody's voice, which names its speaker and cannot be de-identified.",
            code="voice_recording",
        )
    if _shows_label(source, by_tag):
        raise UnsupportedError(
            "The image shows the label of a slide, which names the patient. Leave it out; the slide itself can come.",
            code="slide_label",
        )
    return sop_class, sop_instance


def _shows_label(source: DataSet, by_tag: Mapping[int, Element]) -> bool:
    """Say whether an image is the picture of a slide's label, or has it in it by its own word."""
    kinds = [kind.strip() for kind in text_at(source, by_tag, IMAGE_TYPE).upper().split("\\")]
    label = text_at(source, by_tag, MODALITY) == MICROSCOPY and "LABEL" in kinds
    return label or text_at(source, by_tag, LABEL_IN_IMAGE).upper() == "YES"


def clean_dicom(
    source: BinaryIO | DataSet,
    target: BinaryIO,
    *,
    profile: Profile,
    identity: Identity,
    subject_key: str,
    masks: Sequence[Mask] = (),
    known_values_of_subject: Collection[str] = (),
    pixels_inspected: bool = False,
    faces_removed: bool = False,
    voxel_mask: Path | str | None = None,
    clear_hidden_bits: bool | None = None,
) -> Cleaned:
    """Write the de-identified instance of *source* to *target* and say what was done (PS3.15 E.1).

    *known_values_of_subject* are further identifiers of the same person, found in other files, to be
    removed from text. *pixels_inspected* says that somebody looked for burned-in text and needed no mask, so
    that the Clean Pixel Data Option may be claimed; *voxel_mask* is a file that `plan_defacing` wrote, whose voxels
    are blanked; *faces_removed* says that the pixels of *source* are defaced already (Clean Recognizable Visual
    Features Option). *clear_hidden_bits* clears what lies in bits of pixels that the image does not use; unless
    it is said, profiles with the Clean Pixel Data Option do so. A data set that was read already is used up. The same
    input, profile and key give the same bytes.
    Raises `RefusedError`.
    """
    data = source if isinstance(source, DataSet) else read_like_last(source)
    by_tag = top_level(data)
    sop_class, sop_instance = require_cleanable(data, by_tag)
    rules = compile_rules(profile, sop_class)
    encoding = encoding_of(data.transfer_syntax)
    writer = Writer(encoding)
    cleaner = Cleaner(rules, encoding, writer)
    context = Context(
        data,
        encoding,
        identity,
        identity.pseudonym(subject_key),
        identity.shift_days(subject_key),
        keeps_uids=profile.has("retain_uids"),
        clean_items=cleaner.items,
    )
    if CHARACTER_SET in by_tag:
        context.charset = parse_terms(context.raw(by_tag[CHARACTER_SET]))
    learn(context, rules, known_values_of_subject)
    context.memory = _memory(
        rules, encoding, identity, context.pseudonym, context.shift_days, context.known, context.manner
    )
    syntax = EXPLICIT_LITTLE if data.transfer_syntax == DEFLATED else data.transfer_syntax
    pieces: dict[int, Piece] = dict(cleaner.data_set(context, data.parts))
    _require_palette(data, by_tag, pieces)
    if DOCUMENT in pieces:
        pieces |= document_pieces(context, by_tag, writer)
    voxels = _voxels(voxel_mask, sop_instance)
    hidden = Hidden(
        profile.has("clean_pixel_data") if clear_hidden_bits is None else clear_hidden_bits,
        hidden_tail(context, by_tag),
        hidden_segments(context, by_tag),
    )
    cleared = cleared_pixels(data, by_tag, writer, hidden)
    if cleared.removed:
        pieces = {tag: piece for tag, piece in pieces.items() if tag not in cleared.removed}
    pieces |= {PIXEL_DATA: cleared.piece} if cleared.piece else {}
    context.counts |= {"cleared_samples": cleared.samples} if cleared.samples else {}
    context.counts |= {"blanked_segments": len(hidden.segments)} if hidden.segments else {}
    if masks or voxels:
        masked = mask_pixels(data, by_tag, masks, writer, voxels, hidden)
        pieces = {tag: piece for tag, piece in pieces.items() if tag not in masked.removed}
        pieces.update(masked.pieces)
        syntax = masked.transfer_syntax
        context.counts |= {"masked_frames": masked.frames} if masks else {}
        context.counts |= {"unpacked_frames": masked.unpacked} if masked.unpacked else {}
        context.counts |= {"blanked_voxels": int(voxels.voxels.sum())} if voxels else {}
    defaced = faces_removed or voxels is not None
    work = PixelWork(PIXEL_DATA in pieces, pixels_inspected or bool(masks), defaced)
    pieces |= statement(profile, encoding, work)
    pieces[PATIENT_NAME] = writer.text(PATIENT_NAME, "PN", context.pseudonym)
    pieces[PATIENT_ID] = writer.text(PATIENT_ID, "LO", context.pseudonym)
    context.memory.expect_more()
    return _written(target, context, pieces, by_tag, syntax)


def _require_palette(data: DataSet, by_tag: Mapping[int, Element], pieces: Mapping[int, Piece]) -> None:
    """Refuse an image in colours of a palette that could not stay: without it nobody sees the image."""
    if not PALETTE & by_tag.keys() <= pieces.keys() and text_at(data, by_tag, PHOTOMETRIC) == "PALETTE COLOR":
        raise UnsupportedError(
            "The palette that gives the image its colours holds text. Export the image with its colours in the pixels.",
            code="palette_with_text",
        )


@lru_cache(maxsize=16)
def _memory(*_what_decides: Hashable) -> Memory:
    """Return one and the same memory for all instances of which everything that decides is the same."""
    return Memory()


def _modality(context: Context, text: str) -> str:
    """Return a modality that is one; what stands there instead is nobody's business."""
    return text if MODALITY_CODE.fullmatch(text) and context.known.removed_from(text) == text else ""


def _voxels(plan: Path | str | None, sop_instance: str) -> VoxelMask | None:
    """Return which voxels of the instance a plan blanks, `None` without a plan."""
    return None if plan is None else read_voxel_mask(plan, name_of_instance(sop_instance))


def _written(
    target: BinaryIO,
    context: Context,
    pieces: Mapping[int, Piece],
    by_tag: Mapping[int, Element],
    syntax: str,
) -> Cleaned:
    """Write the new file and say what it is."""
    data = context.source

    def new_uid(tag: int) -> str:
        original = text_at(data, by_tag, tag)
        return context.identity.uid(original) if original and not context.keeps_uids else original

    out, sop_class, new_instance = (
        HashingTarget(target),
        text_at(data, by_tag, SOP_CLASS),
        new_uid(SOP_INSTANCE),
    )
    if not context.keeps_uids:
        sop_class = kind_uid(sop_class, context.identity.uid)
    head = file_meta(sop_class, new_instance, syntax)
    out.pieces((head, *map(pieces.__getitem__, sorted(pieces))), data.buffer)
    return Cleaned(
        pseudonym=context.pseudonym,
        sha256=out.sha256,
        size=out.size,
        counts=dict(sorted(context.counts.items())),
        sop_instance_uid=new_instance,
        study_uid=new_uid(STUDY_UID),
        series_uid=new_uid(SERIES_UID),
        sop_class_uid=sop_class,
        transfer_syntax_uid=syntax,
        modality=_modality(context, text_at(data, by_tag, MODALITY)),
    )

"""What to do about a file that was refused: one sentence for each code, the only place for it."""

from __future__ import annotations

_AGAIN = "Upload the file again."
_EXPORT = "Export it anew from the archive or scanner that made it, and upload that."
_UNPACKED = "Upload its files without packing them."
_LEAVE = "Leave it out: it cannot be shared."
_SPLIT = "Split it, or leave it out: nothing of this size is taken."
_PLAIN = "Export it with uncompressed pixels (Explicit VR Little Endian)."
_OTHERS = "Tell the portal’s administrators which file it is: most likely it is on our side."

_BY_SENTENCE: dict[str, str] = {
    _AGAIN: "digest_differs size_differs",
    _EXPORT: "truncated unreadable bad_class bad_deflate bad_fragments bad_group bad_item bad_length bad_vr stray_delimiter"
    " duplicate_element left_over_bytes meta_length readers_disagree too_deep too_many_elements no_sop_instance"
    " image_too_large no_pixel_size pixels_short not_understood",
    _UNPACKED: "bomb gzip_bomb deflate_bomb",
    _LEAVE: "voice_recording slide_label encapsulated_document",
    _SPLIT: "too_large too_much_memory too_much_time",
    _PLAIN: "no_transfer_syntax unknown_syntax pixel_encoding unreadable_pixels",
    _OTHERS: "killed crashed refused engine_error files_unreachable",
    "Upload it without a password.": "encrypted",
    "Pack it anew and upload it again.": "damaged",
    "Upload the file itself.": "not_a_file",
    "Split it into several archives.": "too_many_members",
    "Pack it anew.": "overlapping",
    "Unpack the outer ones.": "nested_too_deep",
    "Use plain zip, tar or gzip.": "unknown_compression",
    "Mend the archive, or upload its files without it.": "archive_refused",
    "Leave it out, or look where its content was lost.": "empty",
    "Open a new submission and upload it again.": "abandoned",
    "Mend what the curator names, and upload all of it again.": "sent_back",
    "Check which one is right, and give the other a new SOP Instance UID.": "conflicting_duplicate",
    "Check which one is right; where both are, give the other file another name.": "conflicting_name",
    "Withdraw each version that holds the series first, or give the image a Series Instance UID of its own.": "series_published",
    "Give each person a Patient ID of their own.": "too_many_names",
    "Unpack it, and upload what is inside.": "archive",
    "Bring what it reports as text, PDF or CDA.": "message",
    "Convert it to NIfTI or HDF5.": "other_volume",
    "Leave it out if it is no image, or export it as DICOM, NIfTI or PNG.": "not_dicom unsupported",
    "Upload the images that it lists.": "dicomdir",
    "Export the image with its colours in the pixels.": "palette_with_text",
    "Convert it to one .nii.gz file.": "not_nifti nifti_header nifti_dimensions nifti_offset nifti_pair",
    "Compress it anew, or upload it uncompressed.": "bad_gzip",
    "Save it anew as PNG or TIFF.": "bad_image",
    "Write it anew with the program that made it.": "bad_hdf5",
    "Write it anew, and upload its pair of header and data together.": "bad_raw",
    "Convert the image anew, so that its companion is written again.": "bad_sidecar",
    "Save it anew as PDF or text.": "bad_document",
    "Save it as CSV in UTF-8, with one header and as many fields in each row.": "bad_table",
    "Save each table that is wanted as a file of its own.": "several_sheets",
    "Save it anew, or as CSV.": "zip_bomb",
    "Name it patient_id, subject_id or participant_id.": "table_without_subject",
    "Add a column participant_id that names the subject in each row, or leave it out.": "table_of_one_subject",
    "Leave it out: a package describes itself.": "of_no_subject",
    "Ask the administrators to mend the profile that this collection follows.": "profile",
}
ADVICE: dict[str, str] = {code: text for text, codes in _BY_SENTENCE.items() for code in codes.split()}


def advice_for(code: str, reason: str = "") -> str:
    """Return what to do about a file that was refused with *code*, empty where the words of the *reason* say it already."""
    advice = ADVICE.get(code, _OTHERS if code else "")
    return "" if advice and advice in reason else advice

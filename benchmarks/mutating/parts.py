"""Which test files judge which part of the engine."""

from pathlib import Path

from mutating.exchanging import ROOT

RULES = (
    "test_checks", "test_text", "test_words", "test_known", "test_hiding_places", "test_text_dates", "test_every_attribute",
    "test_every_option", "test_mislabelled", "test_dictionary", "test_profiles", "test_rules", "test_identity", "test_planted",
    "test_remembering", "test_properties",
)  # fmt: skip
# The test files of each part, those that judge it first; the longest beginning of a path that stands here decides.
TESTS = {
    "deid/engine": RULES,
    "deid/engine/acting": ("test_segments", *RULES),
    "deid/engine/deciding": ("test_rules", "test_table_e1_1", *RULES),
    "deid/engine/text": ("test_text_parts", "test_text_people", "test_text_numbers", "test_text_scripts", *RULES),
    "deid/engine/reading": ("test_reading", "test_mislabelled", "test_hiding_places", *RULES, "test_structure", "test_hostile"),
    "deid/engine/identity": ("test_identity", *RULES),
    "deid/engine/keys": ("test_identity", *RULES),
    "deid/engine/profiles": ("test_profiles", *RULES),
    "deid/engine/writing": ("test_writing", *RULES),
    "deid/engine/review": ("test_review_sentences", "test_review_volumes", "test_review", "test_differing"),
    "deid/engine/pixels": (
        "test_codestreams", "test_pictures", "test_segments", "test_hidden_bits", "test_masks", "test_decoding",
        "test_volume_pictures", "test_planned_voxels", "test_planted_pixels", "test_hiding_places",
    ),
    "deid/engine/command": (
        "test_command_orders", "test_command_wishes", "test_command_one_file", "test_command_stretches", "test_command_paths",
        "test_command_progress", "test_profile_files", "test_whose", "test_command", "test_workbook_sheets",
        "test_formats_command",
    ),
    "deid/engine/command/rules": ("test_profile_files",),
    "deid/engine/command/columns": ("test_explain_columns",),
    "deid/engine/command/sheets": ("test_workbook_sheets",),
    "deid/engine/command/tables": ("test_explain_columns", "test_formats_tables"),
    "deid/engine/command/defacing": ("test_command_orders", "test_command_faces"),
    "deid/engine/command/looking": ("test_command_orders", "test_command_pixels"),
    "deid/engine/whose": ("test_whose_stated", "test_whose"),
    "deid/engine/looking": ("test_looking",),
    "deid/engine/sandbox": ("test_sandbox_functions", "test_sandbox", "test_hostile"),
    "deid/engine/facts": (
        "test_facts", "test_facts_of_files", "test_raw_heads", "test_nifti", "test_formats_hdf5", "test_planted",
    ),
    "deid/engine/verification": (
        "test_leaks_instances", "test_leaks_files",
        "test_walking", "test_needles", "test_comparing", "test_second_reader_files", "test_second_reader_pixels",
        "test_verification",
        "test_formats_verification", "test_risk", "test_segments", "test_hidden_bits", "test_nifti", "test_planned_voxels",
        "test_formats_encapsulated", "test_reading_again", "test_rows_of_tables",
    ),
    "deid/engine/formats": (
        "test_formats_lines", "test_formats_masks", "test_document_lengths", "test_formats_encapsulated",
        "test_formats_verification", "test_nifti", "test_formats_command",
    ),
    "deid/engine/formats/bids": (
        "test_formats_words", "test_csv_tables", "test_formats_raw", "test_formats_tables",
    ),
    "deid/engine/formats/documents": (
        "test_formats_words", "test_formats_models", "test_formats_masks", "test_formats_documents",
        "test_formats_encapsulated", "test_formats_pdf_letters", "test_formats_pdf_limits",
        "test_formats_codings", "test_whose_stated",
    ),
    "deid/engine/formats/images": (
        "test_raster_bytes", "test_tiff_bytes", "test_formats_masks", "test_formats_masks_kept", "test_formats_shown",
        "test_formats_images", "test_formats_verification",
    ),
    "deid/engine/formats/nifti": ("test_formats_lines", "test_nifti", "test_planned_voxels"),
    "deid/engine/formats/raw": (
        "test_raw_lines", "test_formats_words", "test_formats_arrays", "test_formats_shown", "test_formats_raw",
        "test_formats_numbers_of_people",
        "test_formats_hdf5", "test_raw_heads", "test_whose_stated",
    ),
    "deid/engine/formats/tables": (
        "test_cdisc_columns", "test_workbook_limits", "test_formats_headings", "test_formats_numbers_of_people",
        "test_formats_codings", "test_formats_words",
        "test_formats_cells", "test_formats_columns", "test_formats_moments", "test_sas_transport",
        "test_csv_tables", "test_formats_tables",
    ),
}  # fmt: skip


def tests_of(file: Path) -> list[str]:
    """Return the paths of the test files that judge *file*, in the order in which they run."""
    part = max((part for part in TESTS if str(file.relative_to(ROOT)).startswith(part)), key=len)
    return list(dict.fromkeys(f"tests/deid/{name}.py" for name in TESTS[part]))

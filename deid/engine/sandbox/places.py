"""Where the functions are that may run in a child, by the names that callers use."""

from collections.abc import Mapping
from types import MappingProxyType

# Resolved when first called, so that a child that only reads headers never loads decoders or models.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "can_mask": "deid.engine.pixels.maskable:can_mask",
        "can_mask_image": "deid.engine.formats.images.masking:can_mask_image",
        "check_structure": "deid.engine.structure.checks:check_structure",
        "clean_dicom_file": "deid.engine.sandbox.functions:clean_dicom_file",
        "clean_file": "deid.engine.sandbox.functions:clean_any_file",
        "clean_one": "deid.engine.command.one_file:clean_one",
        "clean_nifti_file": "deid.engine.sandbox.functions:clean_nifti_file",
        "explain_columns": "deid.engine.command.columns:explain_columns",
        "explain_dicom": "deid.engine.sandbox.reviewing:explain_dicom_file",
        "explain_report": "deid.engine.sandbox.reports:explain_report_file",
        "explain_nifti": "deid.engine.sandbox.reviewing:explain_nifti_file",
        "what_a_file_says": "deid.engine.command.saying:what_a_file_says",
        "patients_stated": "deid.engine.whose.stating:patients_stated",
        "rows_of_identifiers": "deid.engine.whose.links:rows_of_identifiers",
        "face_risk": "deid.engine.finding.faces:face_risk_of",
        "segments_outline_head": "deid.engine.finding.segment_outlines:segments_outline_head",
        "clean_table_file": "deid.engine.command.tables:clean_table_file",
        "column_values": "deid.engine.command.tables:column_values",
        "write_rows_told": "deid.engine.command.rows_told:write_rows_told",
        "find_text_in_image": "deid.engine.finding.rasters:find_text_in_image",
        "read_file_facts": "deid.engine.facts.files:read_file_facts",
        "render_image": "deid.engine.formats.images.pictures:render_image",
        "render_raw": "deid.engine.formats.raw.pictures:render_raw",
        "thumbnail_raw": "deid.engine.formats.raw.pictures:thumbnail_raw",
        "sample_of_table": "deid.engine.command.tables:sample_of_table",
        "sheets_of_table": "deid.engine.formats.tables.sheets:sheets_of",
        "write_sheet": "deid.engine.formats.tables.sheets:write_sheet",
        "thumbnail_image": "deid.engine.formats.images.pictures:thumbnail_image",
        "find_writing_in_zones": "deid.engine.finding.zones:find_writing_in_zones",
        "can_mask_volume": "deid.engine.finding.text_volumes:can_mask_volume",
        "find_text_in_volume": "deid.engine.finding.text_volumes:find_text_in_volume_json",
        "find_text": "deid.engine.finding.text:find_text_json",
        "picture_plan": "deid.engine.finding.defacing_pictures:picture_plan",
        "plan_defacing": "deid.engine.finding.defacing:plan_defacing_json",
        "find_text_in_series": "deid.engine.finding.text_series:find_text_in_series_json",
        "pixel_quality": "deid.engine.pixels.pictures:pixel_quality",
        "quasi_identifiers": "deid.engine.verification.risk:quasi_identifiers",
        "read_facts": "deid.engine.sandbox.functions:facts_of",
        "read_known_values": "deid.engine.sandbox.reviewing:known_values_of",
        "read_nifti_facts": "deid.engine.sandbox.functions:nifti_facts_of",
        "render": "deid.engine.pixels.pictures:render",
        "thumbnail": "deid.engine.pixels.pictures:thumbnail",
        "verify_file": "deid.engine.verification.files:verify_file_json",
    }
)

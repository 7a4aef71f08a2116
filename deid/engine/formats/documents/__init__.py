"""Documents beside or inside images: reports (PDF, CDA, RTF, text) and surface models."""

"""The executed agreement as a PDF: the exact text, then who signed it and when."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from markdown_it import MarkdownIt
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import StyleSheet1, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from requests_app.models import Agreement

HEADING = {"h1": "Heading1", "h2": "Heading2", "h3": "Heading3"}


def executed_pdf(agreement: Agreement) -> bytes:
    """Return the PDF of a completely signed agreement; the same agreement gives the same bytes."""
    styles = getSampleStyleSheet()
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=24 * mm,
        rightMargin=24 * mm,
        title=f"Agreement, request {agreement.review.access_request.number}",
        author="Tessera",
        invariant=True,
    )
    document.build([*_text(agreement.text, styles), Spacer(1, 10 * mm), *_signatures(agreement, styles)])
    return target.getvalue()


def _text(markdown: str, styles: StyleSheet1) -> list[Flowable]:
    """Return the text as paragraphs; markup other than headings, paragraphs and lists is shown as text."""
    flow: list[Flowable] = []
    style = styles["BodyText"]
    bullet = ""
    for token in MarkdownIt("commonmark", {"html": False}).parse(markdown):
        if token.type == "heading_open":
            style = styles[HEADING.get(token.tag, "Heading3")]
        elif token.type == "heading_close":
            style = styles["BodyText"]
        elif token.type == "list_item_open":
            bullet = f"{token.info}. " if token.info else "• "
        elif token.type == "inline":
            flow.append(Paragraph(bullet + escape(token.content), style))
            bullet = ""
    return flow


def _signatures(agreement: Agreement, styles: StyleSheet1) -> list[Flowable]:
    small = styles["BodyText"]
    rows = [["Name", "Role", "Signed at (UTC)"]]
    for signature in agreement.signatures.filter(signed_at__isnull=False).order_by("signed_at"):
        when = signature.signed_at.strftime("%Y-%m-%d %H:%M:%S") if signature.signed_at else ""
        name = Paragraph(escape(f"{signature.typed_name} <{signature.email}>"), small)
        rows.append([name, signature.get_role_display(), when])
    table = Table(rows, colWidths=[80 * mm, 40 * mm, 42 * mm])
    table.setStyle(
        TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, "#888888"), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    digest = Paragraph(f"Each signature pins the SHA-256 of the text above: {agreement.digest}", small)
    return [Paragraph("Signatures", styles["Heading2"]), table, Spacer(1, 4 * mm), digest]

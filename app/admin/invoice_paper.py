"""An invoice as its customer gets it: the letter and the paper, before anybody sends them."""

from flask import Response, g, make_response, request
from flask_admin import expose

from app import settings
from app.admin.letter import LETTER_POLICY
from app.admin.steps import RecordSteps
from app.emails import invoice_issued
from app.models import Collector, Invoice

MOST_LETTERS = 20  # that are named


def illegible(row: Invoice) -> str:
    """What is to be known of letters that our paper cannot show; empty when it shows them all."""
    from app.services import invoice_pdf  # slow to load, and only needed here

    letters = invoice_pdf.missing_letters(row) if row.collector == Collector.SHOP else ""
    if not letters:
        return ""
    more = " …" if len(letters) > MOST_LETTERS else ""
    named = " ".join(letters[:MOST_LETTERS]) + more
    return (
        f"The PDF has Latin, Greek and Cyrillic letters only: instead of {named} it shows question "
        "marks. The letter and the invoice's page show everything."
    )


class InvoicePapers(RecordSteps):
    """What InvoiceView mixes in."""

    @expose("/<int:record_id>/preview")
    def preview(self, record_id: int) -> str:
        row = self.record_or_404(record_id)
        subject, text, _ = invoice_issued.preview(row)
        g.own_frames = True
        found: str = self.render(
            "admin/invoice_preview.html",
            model=row,
            subject=subject,
            text=text,
            illegible=illegible(row),
        )
        return found

    @expose("/<int:record_id>/letter")
    def letter(self, record_id: int) -> Response:
        """The letter's HTML, in a frame that may do nothing."""
        _, _, html = invoice_issued.preview(self.record_or_404(record_id))
        response = make_response(html)
        response.headers["Content-Security-Policy"] = LETTER_POLICY
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    @expose("/<int:record_id>/paper")
    def paper(self, record_id: int) -> Response:
        """As a PDF, a draft too."""
        from app.services import invoice_pdf  # slow to load, and only needed here

        row = self.record_or_404(record_id)
        name = row.number or "draft"
        content = invoice_pdf.draw(row, url=f"{settings.current().public_url}/invoices/{row.token}")
        response = Response(content, mimetype="application/pdf")
        kind = "attachment" if request.args.get("save") else "inline"
        response.headers["Content-Disposition"] = f'{kind}; filename="{name}.pdf"'
        response.headers["Cache-Control"] = "private, no-store"
        return response

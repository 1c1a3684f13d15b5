"""The answer that carries a paper, for pages and programs alike."""

from flask import Response, current_app, request

from aidtrack.documents import services


def pdf_answer(paper_id: int, number: str) -> Response:
    """The PDF, shown in the browser under a name that says what it is."""
    content = services.pdf(
        paper_id,
        # Asked for only when the paper is drawn; app.py knows where the ledger is.
        seal=current_app.extensions["latest_seal"],
        public_url=current_app.config["PUBLIC_URL"],
    )
    answer = Response(content, mimetype="application/pdf")
    name = number.replace("/", "-")
    kind = "attachment" if "save" in request.args else "inline"
    answer.headers["Content-Disposition"] = f'{kind}; filename="{name}.pdf"'
    return answer

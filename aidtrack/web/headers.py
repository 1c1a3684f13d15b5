"""What the browser is told about every answer: what it may run, keep, and send on."""

from flask import Flask, Response, g, request, session
from flask_compress import Compress

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
COMPRESSED = [
    "text/html",
    "text/css",
    "text/csv",
    "text/plain",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "application/wasm",
    "image/svg+xml",
]
ONE_YEAR = 365 * 24 * 60 * 60
HTTPS_ONLY = f"max-age={ONE_YEAR}; includeSubDomains"


def init_app(app: Flask) -> None:
    app.config.setdefault("COMPRESS_MIMETYPES", COMPRESSED)
    app.config.setdefault("COMPRESS_ALGORITHM", ["br", "gzip"])
    app.config.setdefault("COMPRESS_BR_LEVEL", 5)
    Compress(app)
    app.after_request(tell_browser)


def tell_browser(answer: Response) -> Response:
    for name, value in FIXED.items():
        answer.headers.setdefault(name, value)
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", HTTPS_ONLY)
    if request.endpoint == "static":
        if answer.mimetype in COMPRESSED:
            answer.direct_passthrough = False
            answer.get_data()  # Whole, so that compressing it does not leave the file open.
        hashed = "v" in request.args and answer.status_code in (200, 304)
        answer.headers["Cache-Control"] = (
            f"public, max-age={ONE_YEAR}, immutable" if hashed else "public, no-cache"
        )
    elif "Cache-Control" not in answer.headers:
        # Phones are shared: after signing out, Back must not bring a page of the person back.
        kept = "no-store" if g.get("actor") else "no-cache"
        answer.headers["Cache-Control"] = f"private, {kept}"
    if session.accessed:
        answer.vary.add("Cookie")
    return answer

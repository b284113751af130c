"""The shop as it is, and beside it a POST that does nothing."""

from flask.typing import ResponseReturnValue

from app import create_app, security

app = create_app()


@app.post("/nothing")
@security.audience(security.ANYBODY)
def nothing() -> ResponseReturnValue:
    return "", 200


security.csrf.exempt(nothing)

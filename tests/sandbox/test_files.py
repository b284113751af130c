"""Files and the links to them."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import stripe

PNG = b"\x89PNG\r\n\x1a\n pretend"
PDF = b"%PDF-1.4 pretend"


def named(content: bytes, name: str) -> io.BytesIO:
    """As an opened file: the library takes the name from it."""
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.fixture
def upload(api: Any) -> Callable[..., Any]:
    """`upload()` is a receipt for a dispute."""

    def made(
        content: bytes = PDF,
        name: str = "receipt.pdf",
        purpose: str = "dispute_evidence",
        **more: Any,
    ) -> Any:
        return api.files.create({"file": named(content, name), "purpose": purpose, **more})

    return made


@pytest.fixture
def link(api: Any, upload: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **params: api.file_links.create({"file": upload().id, **params})


@pytest.fixture
def browse(sandbox: Any) -> Callable[[str], Any]:
    """What a browser without any key gets."""
    return lambda url: sandbox.test_client().get(url.partition(".com")[2] or url)


def test_a_file_is_kept_with_its_name_size_and_type(
    api: Any, upload: Callable[..., Any], types: Callable[[], list[str]]
) -> None:
    made = upload()

    found = api.files.retrieve(made.id)
    assert (found.filename, found.size, found.type) == ("receipt.pdf", len(PDF), "pdf")
    assert types() == ["file.created"]


def test_its_content_comes_back_to_the_secret_key_only(
    raw: Any, sandbox: Any, upload: Callable[..., Any]
) -> None:
    path = f"/v1/files/{upload(PNG, 'a.png').id}/contents"
    browser = sandbox.test_client()

    answer = browser.get(path, headers={"Authorization": "Bearer sk_test_1"})

    assert (answer.data, answer.content_type) == (PNG, "image/png")
    assert browser.get(path).status_code == 401


def test_the_content_decides_the_type_not_the_name(upload: Callable[..., Any]) -> None:
    assert upload(PNG, "receipt.pdf").type == "png"


@pytest.mark.parametrize(
    ("content", "name", "purpose"),
    [
        (b"words", "receipt.txt", "dispute_evidence"),
        (b"words", "receipt.pdf", "dispute_evidence"),
        (PDF, "logo.pdf", "business_logo"),
    ],
)
def test_a_purpose_takes_its_types_only(
    upload: Callable[..., Any], content: bytes, name: str, purpose: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="not supported") as refused:
        upload(content, name, purpose)

    assert refused.value.param == "file"
    assert upload(PNG, "a.png", purpose).type == "png"


def test_a_purpose_has_a_largest_size(upload: Callable[..., Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 512 KB"):
        upload(PNG + bytes(512_000), "a.png", "business_logo")

    assert upload(PNG + bytes(512_000), "a.png").size == len(PNG) + 512_000


def test_an_unknown_purpose_is_refused(upload: Callable[..., Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        upload(purpose="fun")

    assert refused.value.param == "purpose"


def test_a_file_is_sent_as_a_form_with_files(raw: Any) -> None:
    status, answer, _ = raw("POST", "/v1/files", "file=words&purpose=dispute_evidence")

    assert (status, answer["error"]["param"]) == (400, "file")


def test_files_are_listed_by_purpose(api: Any, upload: Callable[..., Any]) -> None:
    upload()
    logo = upload(PNG, "a.png", "business_logo")

    assert [row.id for row in api.files.list({"purpose": "business_logo"}).data] == [logo.id]


def test_evidence_may_name_a_file(
    api: Any, pay: Callable[..., Any], upload: Callable[..., Any]
) -> None:
    pay("pm_card_createDispute")
    (dispute,) = api.disputes.list().data
    file = upload()

    answered = api.disputes.update(dispute.id, {"evidence": {"receipt": file.id}})

    assert answered.evidence.receipt == file.id


def test_evidence_may_not_name_a_logo_or_nothing(
    api: Any, pay: Callable[..., Any], upload: Callable[..., Any]
) -> None:
    pay("pm_card_createDispute")
    (dispute,) = api.disputes.list().data
    for name, words in (
        (upload(PNG, "a.png", "business_logo").id, "dispute_evidence"),
        ("file_no", "No such"),
    ):
        with pytest.raises(stripe.InvalidRequestError, match=words) as refused:
            api.disputes.update(dispute.id, {"evidence": {"receipt": name}})
        assert refused.value.param == "evidence[receipt]"


def test_anybody_may_read_through_a_link(
    link: Callable[..., Any], browse: Callable[[str], Any]
) -> None:
    made = link()

    answer = browse(made.url)

    assert (answer.data, answer.content_type) == (PDF, "application/pdf")
    assert browse("/links/nobody").status_code == 404


def test_a_link_expires(
    api: Any, link: Callable[..., Any], browse: Callable[[str], Any], sandbox: Any
) -> None:
    made = link(expires_at=sandbox.account.now + 60)

    sandbox.advance(60)

    assert api.file_links.retrieve(made.id).expired is True
    assert browse(made.url).status_code == 404
    assert [row.id for row in api.file_links.list({"expired": True}).data] == [made.id]


def test_a_link_can_be_ended_or_made_to_last(
    api: Any, link: Callable[..., Any], sandbox: Any
) -> None:
    lasting = link(expires_at=sandbox.account.now + 60)
    api.file_links.update(lasting.id, {"expires_at": "", "metadata": {"for": "them"}})
    sandbox.advance(60)
    assert api.file_links.retrieve(lasting.id).expired is False

    ended = api.file_links.update(lasting.id, {"expires_at": "now"})

    assert ended.expired is True
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        api.file_links.update(lasting.id, {"expires_at": sandbox.account.now + 60})


def test_a_link_expires_in_the_future(link: Callable[..., Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="in the future"):
        link(expires_at=1_000_000_000)


def test_a_link_can_be_made_with_the_file(api: Any, upload: Callable[..., Any]) -> None:
    made = upload(file_link_data={"create": True, "metadata": {"for": "them"}})

    (shown,) = made.links.data
    assert shown.file == made.id
    assert api.file_links.retrieve(shown.id).metadata.to_dict() == {"for": "them"}


def test_an_identity_document_is_never_linked(api: Any, upload: Callable[..., Any]) -> None:
    secret = upload(purpose="identity_document")

    with pytest.raises(stripe.InvalidRequestError, match="cannot be shared"):
        api.file_links.create({"file": secret.id})

"""What a student's code displays is bounded, and harmless wherever it is shown."""

import base64

import pytest

from marking import limits
from marking.kernels import outputs
from marking.kernels.outputs import OutputBox

PNG = base64.b64encode(outputs.IMAGES["image/png"] + b"rest").decode()


def collected(*messages):
    box = OutputBox()
    for kind, content in messages:
        box.add(kind, content)
    return box.outputs()


def test_streams_are_joined_and_kept_apart_by_name():
    got = collected(
        *[("stream", {"name": n, "text": n[-3:]}) for n in ("stdout", "stdout", "stderr")]
    )
    assert [(o.name, o.text) for o in got] == [("stdout", "outout"), ("stderr", "err")]


def test_a_flood_is_cut_and_says_so():
    got = collected(*[("stream", {"name": "stdout", "text": "x" * 5000})] * 100)
    assert sum(len(o.text) for o in got) < limits.MAX_CELL_TEXT + 100
    assert outputs.CUT in got[-1].text


def test_many_displays_are_cut():
    assert (
        len(collected(*[("display_data", {"data": {"text/plain": "x"}})] * 1000))
        <= limits.MAX_OUTPUTS + 1
    )


@pytest.mark.parametrize(
    "mime",
    [
        "text/html",
        "image/svg+xml",
        "application/javascript",
        "text/markdown",
        "text/latex",
        "application/vnd.x+json",
    ],
)
def test_only_text_and_pictures_are_kept(mime):
    (got,) = collected(
        ("display_data", {"data": {mime: "<script>alert(1)</script>", "text/plain": "t"}})
    )
    assert got.data == {"text/plain": "t"}


def test_a_result_never_stays_a_result():
    (got,) = collected(("execute_result", {"data": {"text/plain": "100.0"}, "execution_count": 1}))
    assert got.output_type == "display_data"


def test_a_real_picture_is_kept_and_a_false_one_is_not():
    (got,) = collected(("display_data", {"data": {"image/png": PNG}}))
    assert got.data["image/png"] == PNG
    assert collected(("display_data", {"data": {"image/png": PNG + '" onerror="alert(1)'}})) == []
    assert collected(("display_data", {"data": {"image/jpeg": PNG}})) == []


def test_a_picture_that_is_too_large_is_dropped(monkeypatch):
    monkeypatch.setattr(outputs, "MAX_IMAGE_BYTES", 4)
    assert collected(("display_data", {"data": {"image/png": PNG}})) == []


@pytest.mark.parametrize(
    "content",
    [{}, {"data": 3}, {"data": {"text/plain": 3}}, {"text": 3}, {"traceback": 3, "ename": []}],
)
@pytest.mark.parametrize(
    "kind", ["stream", "display_data", "error", "update_display_data", "comm_open", "nonsense"]
)
def test_malformed_messages_do_no_harm(kind, content):
    for output in collected((kind, content)):
        assert output.output_type in ("stream", "display_data", "error")


def test_control_characters_do_not_pass():
    (got,) = collected(("stream", {"name": "stdout", "text": "a\x00b\ud800c\x1b[0m"}))
    assert got.text == "a�b�c"
    assert "\x00" not in got.text and "\ud800" not in got.text
    got.text.encode("utf-8")

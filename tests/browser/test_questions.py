"""Questions are judged in the page, opened as a file, and the score is kept and forgotten."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect
from tests.book.extensions import extension
from tests.book.site import ROOT

FORM = """<!doctype html><meta charset="utf-8"><title>Questions</title>
<link rel="stylesheet" href="questions.css">
<form class="question" data-question="check-4"><fieldset><legend>How many?</legend>
<input type="text" name="answer" aria-label="Your answer">
<div class="why" data-value="3×5" data-right hidden></div>
<div class="why" data-value="5×7" hidden><p>You kept the <em>border</em>.</p></div>
<button type="submit">Check</button><div class="verdict" role="status"></div></fieldset></form>
<form class="question" data-question="predict-1"><fieldset><legend>Which?</legend>
<label><input type="radio" name="answer" value="0"><span>One</span></label>
<div class="why" data-value="0" hidden><p>Look again.</p></div>
<label><input type="radio" name="answer" value="1"><span>Two</span></label>
<div class="why" data-value="1" data-right hidden></div>
<button type="submit">Check</button><div class="verdict" role="status"></div></fieldset></form>
<form class="question" data-question="check-5"><fieldset><legend>What of it?</legend>
<fieldset class="part"><legend>a) How many?</legend>
<input type="text" name="answer-0" aria-label="Your answer, a">
<div class="why" data-value="2, 4" data-right hidden></div>
<div class="verdict" role="status"></div></fieldset>
<fieldset class="part"><legend>b) Which are even?</legend>
<label><input type="checkbox" name="answer-1" value="0"><span>One</span></label>
<div class="why" data-value="0" hidden><p>It is odd.</p></div>
<label><input type="checkbox" name="answer-1" value="1"><span>Two</span></label>
<div class="why" data-value="1" data-right hidden><p>It is even, too.</p></div>
<label><input type="checkbox" name="answer-1" value="2"><span>Four</span></label>
<div class="why" data-value="2" data-right hidden><p>Twice two.</p></div>
<div class="verdict" role="status"></div></fieldset>
<button type="submit">Check</button></fieldset></form>
<div class="question-score"><p role="status"></p><button type="button">Forget</button></div>
<script src="questions.js"></script>
"""


@pytest.fixture
def page(browser, tmp_path):
    """The forms that the directive writes, with the script as the build joins it."""
    folder = ROOT / "book" / "questions"
    joined = extension("joining").join_modules(folder / "page.mjs")
    (tmp_path / "questions.js").write_text(joined, encoding="utf-8")
    shutil.copy2(folder / "questions.css", tmp_path)
    (tmp_path / "page.html").write_text(FORM, encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    yield page
    context.close()


def test_an_answer_is_judged_with_the_reason_for_that_mistake(page):
    form = page.locator("[data-question=check-4]")
    verdict, field = form.locator(".verdict"), form.get_by_role("textbox")
    for typed, said in [
        ("3x5", "✓ Right."),
        ("(5, 7)", "You kept the border."),
        ("2 2", "✗ Not so."),
        ("six", "Type 2 numbers, such as 2×3."),
    ]:
        field.fill(typed)
        field.press("Enter")
        expect(verdict).to_contain_text(said)


def test_choices_work_by_keyboard_and_the_score_is_kept_and_forgotten(page):
    form = page.locator("[data-question=predict-1]")
    score = page.locator(".question-score [role=status]")
    form.get_by_role("button").click()
    expect(form.locator(".verdict")).to_have_text("Choose an answer first.")
    form.get_by_label("One").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(form.locator(".verdict")).to_contain_text("Look again.")
    expect(score).to_have_text("Answered: 1 of 3. Right: 0.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(score).to_have_text("Answered: 1 of 3. Right: 1.")
    page.reload()
    expect(score).to_have_text("Answered: 1 of 3. Right: 1.")
    page.get_by_role("button", name="Forget").click()
    expect(score).to_have_text("Answered: 0 of 3. Right: 0.")
    page.reload()
    expect(score).to_have_text("Answered: 0 of 3. Right: 0.")


def test_every_part_is_judged_and_all_must_be_right(page):
    form = page.locator("[data-question=check-5]")
    check = form.get_by_role("button")
    first, second = form.locator(".verdict").all()
    score = page.locator(".question-score [role=status]")
    form.get_by_role("textbox").fill("2 4")
    check.click()
    expect(first).to_have_text("✓ Right. ")
    expect(second).to_have_text("Tick all that apply first.")
    expect(score).to_have_text("Answered: 0 of 3. Right: 0.")
    form.get_by_label("One").check()
    form.get_by_label("Two").check()
    check.click()
    expect(second).to_have_text("✗ Not so. It is odd.Twice two.")
    expect(score).to_have_text("Answered: 1 of 3. Right: 0.")
    form.get_by_label("One").uncheck()
    form.get_by_label("Four").check()
    check.click()
    expect(second).to_have_text("✓ Right. ")
    expect(score).to_have_text("Answered: 1 of 3. Right: 1.")
    form.get_by_role("textbox").fill("4, 2")
    check.click()
    expect(first).to_have_text("✗ Not so. ")
    expect(score).to_have_text("Answered: 1 of 3. Right: 0.")
    page.get_by_role("button", name="Forget").click()
    expect(first).to_have_text("")
    expect(second).to_have_text("")

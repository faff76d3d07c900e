"""The calculator, as readers use it: typed numbers, words, kernels, chains, links, mistakes."""

from __future__ import annotations

import gzip
import re

import pytest
from book.assignments import chapters
from playwright.sync_api import expect
from tests.book.site import ROOT
from tests.browser.loading import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = "book/calculator.html"


@pytest.fixture(scope="module")
def address(site):
    """The page as a file: there the script must work, too."""
    return f"{site.as_uri()}/{PAGE}"


def answer(page, panel=""):
    return page.locator(f"#calc{panel}-answer")


def typed(page, name):
    return page.locator(f"form.calc [name='{name}']")


def test_typed_numbers_are_answered_and_stand_in_the_address(browser, address):
    with opened(browser, address) as page:
        expect(answer(page)).to_have_text(
            "Output 8 × 8, from 4 × 4 with kernel 3 × 3 and stride 2 × 2."
        )
        typed(page, "k").fill("4")
        typed(page, "o").fill("0")
        typed(page, "n1").fill("5")
        expect(answer(page)).to_contain_text("Output 8 × 10, from 4 × 5")
        expect(page.locator("#calc-code-pytorch pre")).to_contain_text("kernel_size=4")
        expect(page.locator("#calc-overlap [role=img]")).to_have_attribute(
            "aria-label", re.compile("8 × 10")
        )
        page.wait_for_function("location.hash.includes('n1=5')")
        kept = page.url
        page.locator("[data-reset]").click()
        expect(answer(page)).to_contain_text("Output 8 × 8")
        assert not page.errors
    with opened(browser, kept) as page:
        expect(answer(page)).to_contain_text("Output 8 × 10")
        expect(typed(page, "n1")).to_have_value("5")


def test_a_sample_that_is_pointed_at_is_explained(browser, address):
    with opened(browser, f"{address}#calc?axes=1&n=2&k=4&s=3&p=0&o=0") as page:
        said = page.locator("#calc-point")
        page.locator("#calc-overlap text[data-sample='3']").hover()
        expect(said).to_have_text("Sample 3 is x[0]·w[3] + x[1]·w[0]; it is output 3.")
        expect(page.locator("#calc-overlap rect.calc-lit")).to_have_count(3)  # two copies, one sum
        page.locator("#calc-overlap").focus()
        page.keyboard.press("ArrowRight")
        expect(said).to_have_text("Sample 4 is x[1]·w[1]; it is output 4.")
        typed(page, "axes").last.check()
        page.locator("#calc-overlap").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(said).to_have_text("Sample (1, 0) is x[0, 0]·w[1, 0]; it is output 1, 0.")


def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(browser, address):
    with opened(browser, address) as page:
        typed(page, "k").fill("<b>x")
        expect(answer(page)).to_have_text(
            "Kernel size k, rows, must be a whole number from 1 to 64, got “<b>x”."
        )
        expect(typed(page, "k")).to_have_attribute("aria-invalid", "true")
        expect(typed(page, "k")).to_have_value("<b>x")
        expect(page.locator("#calc-code-pytorch pre")).to_contain_text("kernel_size=3")
        expect(answer(page, "-chain")).to_contain_text("Sizes 4 → 8 → 16")
        typed(page, "k").fill("5")
        expect(answer(page)).to_contain_text("Output 10 × 10")
        expect(typed(page, "k")).not_to_have_attribute("aria-invalid", "true")


PASTE = """(field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    const paste = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
    return !field.dispatchEvent(paste);
}"""


def test_a_pasted_line_fills_the_fields_and_can_be_undone(browser, address):
    with opened(browser, address) as page:
        field, said = typed(page, "d"), page.locator("#calc .calc-read")
        field.focus()
        taken = "up = nn.ConvTranspose2d(64, 32, kernel_size=4, stride=2, padding=p)"
        assert field.evaluate(PASTE, taken)  # so the browser leaves the field alone
        expect(answer(page)).to_contain_text("with kernel 4 × 4 and stride 2 × 2")
        expect(said).to_contain_text("Not used: 64, 32. Not understood: padding=p.")
        said.get_by_role("button", name="Undo").click()
        expect(answer(page)).to_contain_text("with kernel 3 × 3 and stride 2 × 2")
        expect(said).to_be_empty()
        assert not field.evaluate(PASTE, "7")
        typed(page, "s").fill("2×3")
        typed(page, "s").press("Enter")
        expect(answer(page)).to_contain_text("and stride 2 × 3")
        expect(typed(page, "s1")).to_have_value("3")
        typed(page, "s1").fill("4")
        expect(said).to_be_empty()


def test_a_pasted_kernel_is_judged_and_decides_its_size(browser, address):
    with opened(browser, address) as page:
        page.locator("#calc-w").fill("array([[1, 2, 1],\n       [2, 4, 2],\n       [1, 2, 1]])")
        expect(page.locator("#calc-kernel")).to_have_value("own")
        expect(answer(page, "-kernel")).to_contain_text("Balanced: no checkerboard")
        expect(typed(page, "k")).to_be_disabled()
        page.locator("#calc-w").fill("1 0 1 0")
        expect(answer(page, "-kernel")).to_contain_text("Not balanced")
        expect(page.locator("#calc-kernel-findings")).to_contain_text("the rule of thumb fails")
        expect(answer(page)).to_contain_text("kernel 4 × 4")
        proof = page.locator("#calc-kernel-findings a").first
        assert re.search(r"checkerboard\.html#checkerboard-theorem$", proof.get_attribute("href"))


def test_from_sizes_to_a_layer_that_is_taken(browser, address):
    with opened(browser, address) as page:
        typed(page, "sizes-n").fill("7")
        typed(page, "sizes-m").fill("20")
        typed(page, "sizes-s").fill("3")
        expect(answer(page, "-sizes")).to_contain_text("lead from the one size to the other")
        page.locator("#calc-sizes-table button").first.click()
        expect(answer(page)).to_contain_text("Output 20 × 20, from 7 × 7")
        expect(page.locator("#calc-n")).to_be_focused()


def test_a_chain_has_sizes_and_a_compounded_pattern(browser, address):
    with opened(browser, address) as page:
        expect(page.locator("#calc-chain-findings")).to_contain_text("1 1 2 1 2 1 1")
        for layer in (1, 2):
            typed(page, f"c{layer}-w").fill("1 2 1")
        expect(answer(page, "-chain")).to_contain_text("together balanced")
        typed(page, "c3-s").fill("0")
        expect(answer(page, "-chain")).to_have_text(
            "Stride s of layer 3 must be a whole number from 1 to 64, got “0”."
        )


def test_a_chain_is_long_enough_for_a_generator_of_64_by_64(browser, address):
    with opened(browser, address) as page:
        typed(page, "c-n").fill("1")
        for layer in range(1, 6):
            doubling = {"k": "4", "s": "2", "p": "1", "o": "0"}
            numbers = doubling if layer > 1 else {"k": "4", "s": "1", "p": "0", "o": "0"}
            for key, number in numbers.items():
                typed(page, f"c{layer}-{key}").fill(number)
        expect(answer(page, "-chain")).to_contain_text("Sizes 1 → 4 → 8 → 16 → 32 → 64;")


def test_the_way_back_from_a_question_brings_the_first_numbers_back(browser, address):
    with opened(browser, address) as page:
        page.locator(".calc-questions a").first.click()
        expect(answer(page)).to_contain_text("Output 28 × 28")
        page.go_back()
        expect(answer(page)).to_contain_text("Output 8 × 8, from 4 × 4")
        expect(typed(page, "border")).to_have_value("numbers")


def test_the_link_is_copied_and_the_button_says_so(browser, served):
    address = f"{served}/{PAGE}"
    with opened(browser, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        typed(page, "s").fill("3")
        page.locator("[data-copy-link]").first.click()
        expect(page.locator("#calc .calc-said")).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()").endswith("#calc?s=3")
        page.locator("[data-copy-code$=jax]").click()
        expect(page.locator("#calc-code-jax .calc-said")).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()").startswith("import jax")


def test_every_question_fills_the_fields_and_is_answered(browser, address):
    with opened(browser, address) as page:
        questions = page.locator(".calc-questions a")
        assert questions.count() == 11
        for number in range(11):
            question = questions.nth(number)
            question.click()
            expect(answer(page)).to_contain_text(question.get_attribute("data-answer"))
            expect(page.locator(".calc-wrong")).to_have_count(0)


def test_all_is_reached_by_keyboard_and_arrows_count(browser, address):
    with opened(browser, address) as page:
        page.locator("#calc-n").focus()
        page.keyboard.press("ArrowUp")
        expect(answer(page)).to_contain_text("from 5 × 5")
        names = []
        for _ in range(60):
            names.append(page.evaluate("document.activeElement.name ?? ''"))
            page.keyboard.press("Tab")
        wanted = {"n", "n1", "k", "k1", "s", "s1", "d", "d1", "p", "p1", "e", "e1", "o", "o1"}
        assert wanted | {"border", "kernel", "w", "sizes-n", "sizes-m", "sizes-k"} <= set(names)


def test_nothing_above_the_answer_moves_and_nothing_shifts_by_itself(browser, address):
    shifts = """() => new Promise(done => {
        let total = 0;
        new PerformanceObserver(list => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) total += entry.value;
        }).observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done(total), 500);
    })"""
    with opened(browser, f"{address}#calc?axes=1&k=5&kernel=hann&c1-s=3") as page:
        assert page.evaluate(shifts) < 0.05
        top = page.locator("#calc-answer").bounding_box()["y"]
        typed(page, "k").fill("nothing")
        typed(page, "kernel").select_option("tent")
        assert page.locator("#calc-answer").bounding_box()["y"] == top


def test_an_address_of_another_hand_does_no_harm(browser, address):
    evil = "<img src=x onerror=document.title='broken'>"
    query = "&".join(
        f"{name}={evil}" for name in ("n", "w", "kernel", "border", "axes", "c1-w", "x")
    )
    with opened(browser, f"{address}#calc?{query}&kernel=own") as page:
        expect(answer(page)).to_contain_text("Input size n")
        assert page.title() != "broken" and page.locator(".calc img").count() == 0
        assert not page.errors


def test_without_a_script_a_sentence_says_so_and_the_formulas_are_there(browser, address):
    with opened(browser, address, java_script_enabled=False) as page:
        expect(page.locator(".calc-notice")).to_be_visible()
        expect(page.locator("#calc")).to_be_hidden()
        for heading in page.locator("h2").all():  # none stands above nothing
            here = heading.locator("xpath=..")
            assert heading.is_hidden() or here.locator("p, table").first.is_visible()
        expect(page.locator(".bd-article table").last).to_contain_text("image rejection")


def test_chapters_lead_to_the_calculator(site):
    numbered = re.findall(r"book/([\w-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    linked = {
        name
        for name in numbered
        if 'class="to-calculator"' in (site / f"book/{name}.html").read_text(encoding="utf-8")
    }
    assert linked == set(chapters())


def test_the_scripts_of_the_page_stay_light(site):
    script = (site / "_static" / "calculator.js").read_bytes()
    assert len(gzip.compress(script, mtime=0)) < 28_000  # it reads lines of six libraries, too

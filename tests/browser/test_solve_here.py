"""The link to the exercises in the browser is seen where Python can start there."""

import pytest
from playwright.sync_api import expect
from tests.book.extensions import extension
from tests.book.site import ROOT
from tests.browser.serving import served_folder


@pytest.mark.browser
def test_the_link_is_seen_over_http_and_not_in_a_file(browser, tmp_path):
    script = (ROOT / "book" / "assets" / "solve-here.js").read_text(encoding="utf-8")
    link = extension("browser").link("my-subject", "../")
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><body>{link}<script>{script}</script></body>")
    context = browser.new_context()
    try:
        tab = context.new_page()
        tab.goto(page.as_uri())
        expect(tab.locator(".solve-here")).to_be_hidden()
        with served_folder(tmp_path) as address:
            tab.goto(f"{address}/page.html")
            expect(tab.locator(".solve-here")).to_be_visible()
    finally:
        context.close()

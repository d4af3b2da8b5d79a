"""Make the pictures of the README from a running service: `python docs/images/make.py --help`.

It signs in to the admin, opens the newest account in light colours and the records in dark ones,
and writes admin-account.png and admin-records-dark.png beside this file. It needs playwright and
a chromium (name one that is installed with --browser), and a service with something to show.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
SIZE = {"width": 1440, "height": 900}


def read_arguments() -> Namespace:
    """Return where the service is, and who signs in."""
    parser = ArgumentParser(description="Make the pictures of the README.")
    parser.add_argument("base", help="the service's address, such as http://localhost:8000")
    parser.add_argument("user", help="an operator")
    parser.add_argument("password")
    parser.add_argument("--browser", help="a chromium's path; default: playwright's own")
    parser.add_argument("--locale", default="en-US", help="en-US or zh-CN")
    return parser.parse_args()


def sign_in(page: Page, given: Namespace) -> None:
    """Open the admin."""
    page.goto(f"{given.base}/admin/login/")
    page.fill("[name=username]", given.user)
    page.fill("[name=password]", given.password)
    page.click("[type=submit]")
    page.wait_for_load_state("networkidle")


def main() -> None:
    """Take both pictures."""
    given = read_arguments()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme, path, name in (
            ("light", "/admin/wallets/account/", "admin-account.png"),
            ("dark", "/admin/wallets/record/", "admin-records-dark.png"),
        ):
            context = browser.new_context(viewport=SIZE, color_scheme=scheme, locale=given.locale)
            page = context.new_page()
            sign_in(page, given)
            page.goto(given.base + path)
            if scheme == "light":
                page.click("#result_list tbody tr th a")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=HERE / name)
            print(HERE / name)
        browser.close()


if __name__ == "__main__":
    main()

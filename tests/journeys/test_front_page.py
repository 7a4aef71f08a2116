"""What a visitor sees first."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/", "/collections/", "/sign-in/", "/api/v1/docs/"])
def test_a_visitor_can_read_it_with_eyes_keyboard_or_screen_reader(visit, path):
    visitor = visit()
    page = visitor.go(path)
    page.wait_for_load_state("networkidle")
    assert page.title()
    visitor.picture(path)
    if not path.startswith("/api/"):
        assert visitor.barriers() == []

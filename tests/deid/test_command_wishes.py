"""What a run does to pixels: what its profile and options ask for, as far as what that needs is installed."""

import pytest

from deid.engine.command import wishes
from deid.engine.command.wishes import MissingExtraError, Wishes, wishes_of
from deid.engine.profiles.profile import make_profile

TEXT, FACES = "clean_pixel_data", "clean_recognizable_visual_features"
NO_TEXT = "no text is looked for in pixels: the extra ocr is not installed"
NO_FACES = "no face is removed: the extra faces is not installed"


@pytest.fixture
def installed(monkeypatch):
    """Let the extras look as if they were installed or not."""

    def let(*, ocr, faces):
        monkeypatch.setattr(wishes, "OCR", ("json", "ast") if ocr else ("json", "no_such_module"))
        monkeypatch.setattr(wishes, "FACES", ("json", "ast") if faces else ("no_such_module", "ast"))

    return let


@pytest.mark.parametrize(
    ("options", "asked", "ocr", "faces", "wished"),
    [
        ([], {}, False, False, Wishes()), ([], {}, True, True, Wishes()),
        ([TEXT], {}, True, False, Wishes(text=True)), ([TEXT], {}, False, True, Wishes(missing=(NO_TEXT,))),
        ([TEXT], {"pixels": "read"}, True, True, Wishes(text=True, read_all=True)),
        ([TEXT], {"pixels": "keep"}, True, True, Wishes()), ([TEXT], {"pixels": "keep"}, False, True, Wishes()),
        ([FACES], {}, False, True, Wishes(faces=True)), ([FACES], {}, True, False, Wishes(missing=(NO_FACES,))),
        ([TEXT, FACES], {}, False, False, Wishes(missing=(NO_TEXT, NO_FACES))),
        ([], {"deface": True}, False, True, Wishes(faces=True)),
        ([], {"brain_only": True}, False, True, Wishes(faces=True, brain_only=True)),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_the_rest_is_wished(installed, options, asked, ocr, faces, wished):
    installed(ocr=ocr, faces=faces)
    assert wishes_of(make_profile("own", frozenset(options), {}), **asked) == wished
    assert wished.any == (wished.text or wished.faces)


@pytest.mark.parametrize("asked", ["deface", "brain_only"])
def test_faces_that_are_to_go_without_what_removes_them_end_the_run(installed, asked):
    installed(ocr=True, faces=False)
    with pytest.raises(MissingExtraError, match="faces"):
        wishes_of(make_profile("own", frozenset(), {}), **{asked: True})

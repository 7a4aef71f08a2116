"""What a run of the command does to pixels: what its profile and options ask for, as far as the extras are installed."""

from dataclasses import dataclass
from importlib.util import find_spec

from deid.engine.profiles.profile import Profile

OCR = ("rapidocr_onnxruntime", "openvino", "cv2", "zxingcpp")
FACES = ("SimpleITK", "pydeface")
LOOK, READ, KEEP = "look", "read", "keep"


class MissingExtraError(ValueError):
    """An option asks for work whose extra is not installed."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whether text is looked for, by reading every image or not, whether faces are removed, with everything but the brain or
    not, and what of the profile cannot be done."""

    text: bool = False
    read_all: bool = False
    faces: bool = False
    brain_only: bool = False
    missing: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether pixels are looked at or changed at all."""
        return self.text or self.faces


def _installed(modules: tuple[str, ...]) -> bool:
    return all(find_spec(module) for module in modules)


def wishes_of(
    profile: Profile, *, pixels: str = LOOK, deface: bool = False, brain_only: bool = False
) -> Wishes:
    """Return what is to be done; raises `MissingExtraError` where *deface* or *brain_only* cannot be."""
    text = pixels != KEEP and profile.has("clean_pixel_data")
    faces = deface or brain_only or profile.has("clean_recognizable_visual_features")
    ocr, defacing = _installed(OCR), _installed(FACES)
    if (deface or brain_only) and not defacing:
        raise MissingExtraError("removing faces needs the extra faces: pip install 'tessera[faces]'")
    missing = {
        "no text is looked for in pixels: the extra ocr is not installed": text and not ocr,
        "no face is removed: the extra faces is not installed": faces and not defacing,
    }
    said = tuple(what for what, is_missing in missing.items() if is_missing)
    return Wishes(text and ocr, pixels == READ, faces and defacing, brain_only, said)

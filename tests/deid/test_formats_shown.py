"""What people are shown of images and of raw data."""

import io

import h5py
import numpy as np
import pytest
from PIL import Image

from deid.engine.formats.images.pictures import pages, render_image, shown, thumbnail_image
from deid.engine.formats.raw.pictures import render_raw, thumbnail_raw

pytestmark = pytest.mark.filterwarnings("ignore")


def written(path, fill) -> bytes:
    with h5py.File(path, "w") as file:
        fill(file)
    return path.read_bytes()


def looked_at(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def test_a_picture_of_k_space_is_its_root_sum_of_squares_without_oversampling(tmp_path):
    image = np.zeros((2, 16, 16))
    image[0, 4:8, 4:8], image[1, 9:11, 9:13] = 3, 4
    wide = np.pad(image, ((0, 0), (0, 0), (8, 8)))
    spectrum = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(wide, axes=(-2, -1))), axes=(-2, -1))
    expected = np.sqrt((image**2).sum(axis=0))
    slices = np.stack([spectrum * 0, spectrum, spectrum * 0]).astype(np.complex64)
    for axes in ((0, 1, 2, 3), (0, 1, 3, 2)):  # the readout along columns, then along rows
        kspace = slices.transpose(axes)
        written(tmp_path / "x.h5", lambda file, kspace=kspace: file.create_dataset("kspace", data=kspace))
        picture = looked_at(render_raw(str(tmp_path / "x.h5")))
        upright = picture if axes[2] == 2 else picture.T
        assert upright.shape == (16, 16)
        assert np.abs(upright / 255 - np.clip(expected / 4, 0, 1)).max() < 0.01
    assert max(looked_at(thumbnail_raw(str(tmp_path / "x.h5"), 8)).shape) == 8
    written(tmp_path / "one.h5", lambda file: file.create_dataset("kspace", data=slices[1]))
    written(tmp_path / "many.h5", lambda file: file.create_dataset("kspace", data=slices))
    assert render_raw(str(tmp_path / "one.h5")) == render_raw(str(tmp_path / "many.h5")) != b""
    written(tmp_path / "flat.h5", lambda file: file.create_dataset("kspace", data=slices[1, 0]))
    assert render_raw(str(tmp_path / "flat.h5")) == b""


def test_a_reconstructed_slice_goes_before_k_space_and_the_middle_one_is_shown(tmp_path):
    def fill(file):
        file["kspace"] = np.ones((3, 2, 8, 8), np.complex64)
        file["reconstruction_rss"] = np.stack(
            [np.full((4, 6), 1.0), np.arange(24.0).reshape(4, 6), np.full((4, 6), 9.0)]
        )

    written(tmp_path / "x.h5", fill)
    shown_image = looked_at(render_raw(str(tmp_path / "x.h5")))
    assert shown_image.shape == (4, 6) and shown_image[0, 0] == 0 and shown_image[-1, -1] == 255
    for kind in (
        lambda file: file.create_dataset("images", data=np.arange(4.0)),
        lambda file: file.create_dataset("kspace", data=np.arange(4.0)),
        lambda file: None,
    ):
        written(tmp_path / "y.h5", kind)
        assert render_raw(str(tmp_path / "y.h5")) == thumbnail_raw(str(tmp_path / "y.h5")) == b""


HEAD = np.dtype(
    [
        ("flags", "<u8"),
        ("active_channels", "<u2"),
        ("number_of_samples", "<u2"),
        ("idx", [("kspace_encode_step_1", "<u2"), ("slice", "<u2")]),
    ]
)
ACQUISITION = np.dtype([("head", HEAD), ("data", h5py.vlen_dtype(np.float32))])


def test_acquisitions_of_the_middle_slice_are_put_on_a_grid_without_noise_and_calibration(tmp_path):
    image = np.zeros((16, 16))
    image[3:7, 8:13] = 2
    spectrum = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(image))).astype(np.complex64)
    lines = [(number, part, 0) for part in (0, 1, 2) for number in range(16)]
    # Noise and calibration on a line that is there already, and at the end one that is too short.
    lines += [(5, 1, 1 << bit) for bit in (18, 19, 22, 25)] + [(6, 1, 0)]
    made = np.zeros(len(lines), ACQUISITION)
    for place, (number, part, flag) in enumerate(lines):
        head = made[place]["head"]
        head["flags"], head["active_channels"], head["number_of_samples"] = flag, 1, 16
        head["idx"]["kspace_encode_step_1"], head["idx"]["slice"] = number, part
        values = spectrum[number] if part == 1 and not flag else np.full(16, 99 + 9j, np.complex64)
        made[place]["data"] = values.view(np.float32) if place < len(lines) - 1 else np.zeros(4, np.float32)
    written(tmp_path / "x.h5", lambda file: file.create_dataset("dataset/data", data=made))
    shown_image = looked_at(render_raw(str(tmp_path / "x.h5")))
    assert shown_image.shape == (16, 16) and np.abs(shown_image / 255 - image / 2).max() < 0.01


@pytest.mark.parametrize(
    ("mode", "shows"), [("1", "L"), ("L", "L"), ("LA", "L"), ("P", "RGB"), ("RGBA", "RGB"), ("CMYK", "RGB"), ("I;16", "L"),
        ("F", "L"), ("I", "L")]
)  # fmt: skip
def test_a_page_is_shown_in_eight_bits(mode, shows):
    page = Image.fromarray(
        (np.arange(100).reshape(10, 10) * 2).astype(
            {"I;16": np.uint16, "F": np.float32, "I": np.int32}.get(mode, np.uint8)
        )
    )
    page = page if page.mode == mode else page.convert(mode)
    after = shown(page)
    assert after.mode == shows and after.size == (10, 10)
    if mode in ("I;16", "F", "I"):
        values = np.asarray(after)
        assert (
            values[0, 0] == 0 and values[-1, -1] == 255 and (np.diff(values.astype(int).ravel()) >= 0).all()
        )
        flat = Image.fromarray(np.full((4, 4), 7, np.float32))
        assert np.asarray(shown(flat)).max() == 0


def test_pages_are_shown_as_many_as_are_asked_for(tmp_path):
    made = [Image.new("L", (300, 20), number) for number in (1, 2, 3)]
    made[0].save(tmp_path / "x.tif", save_all=True, append_images=made[1:])
    assert [np.asarray(page)[0, 0] for page in pages(tmp_path / "x.tif")] == [1, 2, 3]
    assert len(pages(tmp_path / "x.tif", 2)) == 2 and looked_at(render_image(tmp_path / "x.tif")).shape == (
        20,
        300,
    )
    assert max(looked_at(thumbnail_image(tmp_path / "x.tif", 50)).shape) == 50

"""The models say the same in whichever runtime they are, and the second reader keeps the package's own."""

import cv2
import numpy as np
import pytest

pytest.importorskip("rapidocr_onnxruntime", reason="THE OCR EXTRA IS MISSING: no text was looked for")
from rapidocr_onnxruntime import RapidOCR
from rapidocr_onnxruntime.utils import OrtInferSession

from deid.engine.finding.text_running import Session, engine


@pytest.fixture(scope="module")
def words() -> np.ndarray:
    """Two words on noise."""
    picture = np.random.default_rng(7).integers(0, 60, (224, 352, 3), dtype=np.uint8)
    for text, line in (("OKONKWO", 70), ("1957-03-21", 150)):
        cv2.putText(picture, text, (30, line), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (230, 230, 230), 2)
    return picture


def test_both_runtimes_find_and_read_the_same(words):
    ours, theirs = engine(), RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
    tall = words[None].transpose(0, 3, 1, 2).astype(np.float32) / 255
    for one, other in (
        (ours.text_det.infer, theirs.text_det.infer),
        (ours.text_rec.session, theirs.text_rec.session),
    ):
        assert isinstance(one, Session)
        assert isinstance(other, OrtInferSession)
        given = tall if one is ours.text_det.infer else np.ascontiguousarray(tall[:, :, 32:80])
        assert np.abs(one(given)[0] - other(given)[0]).max() < 1e-3
    read = [models.text_rec([words[30:90], words[110:170]])[0] for models in (ours, theirs)]
    assert [text for text, _score in read[0]] == [text for text, _score in read[1]]
    assert "OKONKWO" in read[0][0][0]


def test_what_a_model_said_does_not_change_when_it_is_asked_again(words):
    ours, tall = engine().text_det.infer, words[None].transpose(0, 3, 1, 2).astype(np.float32) / 255
    first = ours(tall)[0]
    kept = first.copy()
    ours(tall[:, :, ::-1].copy())
    assert (first == kept).all()

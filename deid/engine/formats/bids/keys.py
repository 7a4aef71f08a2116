"""Which keys, suffixes and labels of BIDS may stay (specification 1.10, glossary; dcm2niix's names), by what they hold."""

import json
from importlib import resources

_SHIPPED: dict[str, list[str]] = json.loads(
    resources.files("deid.engine").joinpath("data", "bids_keys.json").read_text("utf-8")
)
NUMBERS = frozenset(_SHIPPED["numbers"])
WORDS = frozenset(_SHIPPED["words"])
TEXTS = frozenset(_SHIPPED["texts"])
DATES = frozenset(_SHIPPED["dates"])
TIMES = frozenset(_SHIPPED["times"])
UIDS = frozenset(_SHIPPED["uids"])
PATHS = frozenset(_SHIPPED["paths"])
# What a dictionary of columns (participants.json and the like) says of each column.
OF_COLUMN = frozenset(_SHIPPED["of_column"])
SUFFIXES = frozenset(_SHIPPED["suffixes"])
# Labels that people give in names, beside clinical words.
LABELS = frozenset(_SHIPPED["labels"])
# What people are asked to do in a scanner, as labels of `task` call it.
TASKS = frozenset(_SHIPPED["tasks"])

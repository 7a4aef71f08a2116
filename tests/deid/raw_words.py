"""What is planted into raw data, and the search for it."""

WORDS = ("uackenbush", "MRN77123", "1961", "Grimwade", "Brambleton", "45387", "55443322", "ST99812", "20190302",
         "2019-03-02", "1.2.840.99999")  # fmt: skip


def planted(content: bytes) -> list[str]:
    return [
        w
        for w in WORDS
        if w.lower().encode() in content.lower() or w.lower().encode("utf-16-le") in content.lower()
    ]

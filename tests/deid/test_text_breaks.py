"""Line breaks of a text stay where names, numbers and dates beside them go."""

from deid.engine.text.cleaning import TextCleaner


def test_a_name_or_date_that_goes_leaves_the_line_break_behind_it():
    text = (
        "RADIOLOGY REPORT\nName: Ada Quackenbush\nMRN: 77123456\nExam date: 17-Nov-2018\n\n"
        "Patient Ada Quackenbush, born 3 May 1950,\nseen for Mr. Quackenbush\n\nAge: 61 years\n"
    )
    cleaned = TextCleaner(["Quackenbush^Ada", "77123456"], -366).clean(text)
    assert cleaned.count("\n") == text.rstrip().count("\n") and "uackenbush" not in cleaned
    lines = cleaned.split("\n")
    assert lines[3] == "Exam date: 16-Nov-2017" and lines[4] == "" and lines[8] == "Age: 61 years"


def test_what_is_left_at_the_ends_of_a_text_goes_whole():
    assert TextCleaner(["Quackenbush^Ada"], -366).clean("\n Quackenbush,\nnodule\nQuackenbush \n") == "nodule"

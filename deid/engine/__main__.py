"""De-identify a file or a folder tree.

    python -m deid.engine IN OUT --profile research --key-file KEY --report REPORT.json [--workers N]
        [--pixels look|read|keep] [--deface] [--skull-strip] [--replace]

    python -m deid.engine lint PROFILE
    python -m deid.engine diff A B

PROFILE, A and B are `basic`, `research` or a profile's file (JSON), as for --profile.

The exit status of a cleaning is 0 only if nothing was refused, 1 if something was, 2 if the command itself could not run, 3 if it
was stopped before its end: then the report names what was done. Of `lint` it is 1 if the profile has an error, of `diff` 1 if
the two differ, of both 2 if a profile cannot be read.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, MappingProxyType

from deid.engine.command.paths import Paths, prepare_out, require_usable
from deid.engine.command.reporting import Outcome, write_report
from deid.engine.command.rules import diff, lint, usable_profile
from deid.engine.command.tree import clean_tree
from deid.engine.command.wishes import KEEP, LOOK, READ, wishes_of
from deid.engine.errors import ProfileError
from deid.engine.keys import read_key

STOPPED = 3
LOOKING: Mapping[str, Callable[[list[str]], int]] = MappingProxyType({"lint": lint, "diff": diff})


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(prog="python -m deid.engine", description="De-identify medical images.")
    parser.add_argument("source", metavar="IN", type=Path, help="a file or a folder tree")
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder for the cleaned files")
    parser.add_argument(
        "--profile", default="research", help="basic, research (default), or a profile's file (JSON)"
    )
    parser.add_argument("--key-file", required=True, type=Path, help="hexadecimal or raw, at least 16 bytes")
    parser.add_argument(
        "--report",
        required=True,
        type=Path,
        help="where to write the report (JSON); it holds the paths of the inputs",
    )
    parser.add_argument("--workers", default=1, type=int, help="how many files at a time")
    parser.add_argument(
        "--pixels",
        choices=(LOOK, READ, KEEP),
        default=LOOK,
        help="where the profile has Clean Pixel Data, look (default): find burned-in text and mask it, reading few images of"
        " a scanner's long series; read: read every image; keep: clean headers only",
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="remove from OUT first what the report of the run before, at --report, says was written",
    )
    parser.add_argument(
        "--deface", action="store_true", help="remove faces from heads (needs the extra faces)"
    )
    parser.add_argument(
        "--skull-strip",
        action="store_true",
        help="remove everything of heads but the brain (needs the extra faces)",
    )
    return parser.parse_args(arguments)


def counted(outcome: Outcome) -> str:
    """Return how many inputs came to which end."""
    said = f"{outcome.cleaned} cleaned, {outcome.left_out} left out, {outcome.refused} refused"
    if not outcome.total:
        return "nothing to clean: there are no files at IN"
    return f"{said}, {outcome.need_person} need a person" if outcome.need_person else said


def main(arguments: list[str]) -> int:
    """Run the command and return its exit status."""
    if arguments and arguments[0] in LOOKING:
        return LOOKING[arguments[0]](arguments[1:])
    given = parse_arguments(arguments)
    paths = Paths(given.source, given.out, given.key_file, given.report)
    try:
        require_usable(paths)
        if Path(given.profile).exists() and given.report.exists() and given.report.samefile(given.profile):
            raise ValueError("--report would overwrite the profile; name another file")
        profile, key = usable_profile(given.profile), read_key(given.key_file)
        if given.workers < 1:
            raise ValueError("--workers must be at least 1")
        wishes = wishes_of(profile, pixels=given.pixels, deface=given.deface, brain_only=given.skull_strip)
        prepare_out(paths, replace=given.replace)
    except (ProfileError, OSError, ValueError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stderr.writelines(f"{what}\n" for what in wishes.missing)
    outcome = clean_tree(
        given.source, given.out, profile=profile, key=key, workers=given.workers, wishes=wishes
    )
    write_report(given.report, outcome, profile)
    if outcome.stopped:
        sys.stderr.write(f"\nstopped: {outcome.stopped}\n")
    sys.stderr.write(f"{counted(outcome)}; see the report\n")
    return STOPPED if outcome.stopped else int(outcome.refused > 0)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main(sys.argv[1:]))

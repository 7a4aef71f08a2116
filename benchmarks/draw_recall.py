"""Draw the table of `engine_recall.py` as bars of privacy and utility: TABLE SVG."""

import re
import sys
from html import escape
from pathlib import Path

ROW = re.compile(
    r"\| (?P<tool>[^|]+) \| [\d.]+ % \| (?P<privacy>[\d.]+) % \| [\d.]+ % \| (?P<utility>[\d.]+) % \| (?P<left>[^|]+) \|"
)
LEFT, WIDTH, STEP, BAR = 190, 420, 44, 14
COLOURS = {"privacy": "#1b6ca8", "utility": "#7fb069"}


def bars(found: re.Match[str], top: int) -> list[str]:
    """Return the two bars of one tool with its name and how many files still hold a token."""
    name = escape(found["tool"].replace("*", "").replace("`", ""))
    parts = [f'<text x="{LEFT - 10}" y="{top + 19}" text-anchor="end">{name}</text>']
    for number, (kind, colour) in enumerate(COLOURS.items()):
        share, y = float(found[kind]), top + number * (BAR + 2)
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{share * WIDTH / 100:.1f}" height="{BAR}" fill="{colour}"/>'
        )
        parts.append(
            f'<text x="{LEFT + share * WIDTH / 100 + 6:.1f}" y="{y + 11}" font-size="11">{share:.1f} %</text>'
        )
    parts.append(
        f'<text x="{LEFT + WIDTH + 60}" y="{top + 19}" font-size="12">{escape(found["left"])}</text>'
    )
    return parts


def main(table: Path, picture: Path) -> None:
    """Write the picture."""
    rows = [found for line in table.read_text("utf-8").splitlines() if (found := ROW.match(line))]
    height = 50 + STEP * len(rows)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="{height}" font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{LEFT}" y="22"><tspan fill="{COLOURS["privacy"]}">privacy</tspan> and '
        f'<tspan fill="{COLOURS["utility"]}">utility</tspan>, share of checks that hold</text>',
        f'<text x="{LEFT + WIDTH + 60}" y="22" font-size="12">files with a token left</text>',
    ]
    for number, found in enumerate(rows):
        drawn += bars(found, 36 + number * STEP)
    picture.write_text("\n".join((*drawn, "</svg>")) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

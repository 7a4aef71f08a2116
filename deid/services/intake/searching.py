"""Searching a series for text in its images, by the very plan that the command of the engine follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from deid.engine import sandbox
from deid.engine.finding.content import recognisable_content
from deid.engine.finding.expecting import is_drawn_by_scanner
from deid.engine.looking.reading import Boxes, lacks_announced, masks_and_doubts, text_on
from deid.engine.looking.surveying import Surveyed, looked_at_together, survey
from deid.engine.version import recogniser_version
from deid.services.intake.boxes import SIZE, merge, note_places, placed, settled
from deid.services.intake.recording import Seen
from portal.jobs import JobHandle
from portal.models import Instance, Series, SeriesKind


class TextSearch:
    """One search of one series; what is found goes to *seen*.

    *fetch* brings an image of the series into *folder*. Of a series with more images than the settings allow some are searched,
    spread over it, and the others counted, so that a person is asked about them.
    """

    def __init__(
        self, series: Series, seen: Seen, pool: sandbox.Pool, folder: Path, fetch: Callable[[Instance], Path]
    ) -> None:
        self.series, self.seen, self.pool = series, seen, pool
        self.folder, self.fetch = folder, fetch

    def run(self, instances: list[Instance], handle: JobHandle) -> None:
        """Search *instances*, all of the series in their order, and tell how far it is."""
        chosen = _spread(instances, settings.INSPECT_MOST_IMAGES)
        self.series.text_finder = recogniser_version() if chosen else ""
        if not chosen:
            self.seen.unsearched = len(instances) if self.seen.preview else 0
            return
        done, with_pixels = 0, False
        for batch in self._batches(chosen):
            by_path = {self.fetch(instance): instance for instance in batch}
            images = [one for one in survey(self.pool, [(path, path.name) for path in by_path]) if one]
            for together in looked_at_together((one for one in images if one.has_pixels), read_all=False):
                found = text_on(self.pool, together, self.folder)
                for image in together:
                    self._note(image, by_path[image.path], found[image.path])
                done, with_pixels = done + len(together), True
                handle.progress(done, len(chosen), "images", "looking for text")
            if len(batch) < len(chosen):
                for path in by_path:
                    path.unlink(missing_ok=True)
        sizes = {str(one.pk): tuple(one.geometry.get(name) for name in SIZE) for one in instances}
        self.seen.boxes = settled(self.seen.boxes, sizes)
        if with_pixels:
            self.seen.unsearched += len(instances) - len(chosen)

    def _batches(self, chosen: list[Instance]) -> Iterator[list[Instance]]:
        """Yield what must lie side by side: the slices of a scanner, else each image by itself."""
        if self.series.kind == SeriesKind.DICOM and is_drawn_by_scanner(self.series.modality):
            yield chosen
        else:
            yield from ([instance] for instance in chosen)

    def _note(self, image: Surveyed, instance: Instance, boxes: Boxes | None) -> None:
        if image.identifies and not self.seen.content:
            safe = self.pool.run("read_facts", str(image.path))["safe"]
            self.seen.content = recognisable_content(safe) or ""
        if boxes is None:
            self.seen.unsearched += 1
            return
        masks, doubts = masks_and_doubts(boxes)
        note_places(self.seen.places, instance.pk, boxes)
        size = {name: instance.geometry.get(name) for name in SIZE}
        for box in masks:
            self.seen.boxes += placed({**box, **size}, instance.pk, instance.frames)
        self.seen.boxes = merge(self.seen.boxes)
        self.seen.doubted += bool(doubts)
        self.seen.announced += lacks_announced(image, masks)


def _spread(instances: list[Instance], most: int) -> list[Instance]:
    """Return at most *most* of *instances*, spread over them all."""
    if len(instances) <= most:
        return instances
    step = len(instances) / max(most, 1)
    return [instances[int((place + 0.5) * step)] for place in range(most)]

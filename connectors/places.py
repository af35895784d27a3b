"""Which files of a folder are finished and new, and how is a file left there so that nobody reads half of it?"""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256

from connectors.manifest import compose_manifest, disagreement
from connectors.place import LARGEST_FILE, Content, Entry, Files, Place, check_inside, matching
from hub.channel import Channel
from hub.errors import ConfigurationFault, DeliveryRefused, NameTaken
from hub.model import Outgoing, Parcel
from hub.privacy import mask_identity_numbers

LOG = logging.getLogger(__name__)

# Answers to what the hub delivered. They are written at once, without a manifest, also where the agency's own files
# have one (interface notice of the police, section 2).
ANSWERS = "ack"
# How many deliveries, and of how many bytes, are looked after at once.
_TOGETHER = 64
_BYTES_TOGETHER = 16 * 1024 * 1024
_NOTHING = Content(b"", sha256(b"").hexdigest())


@dataclass(frozen=True, slots=True)
class _Find:
    """A file to fetch, with the manifest that vouches for it."""

    data: Entry
    manifest: Entry | None

    @property
    def fingerprint(self) -> str:
        return self.data.stamp if self.manifest is None else f"{self.data.stamp}:{self.manifest.stamp}"

    def known_by(self, fingerprint: str | None) -> bool:
        """Whether it was taken as it stands; of a file whose size nobody tells that cannot be known."""
        return self.fingerprint == fingerprint and self.data.size is not None


@dataclass(frozen=True, slots=True)
class _Names:
    """Under which names a delivery, its manifest and the receiver's answers to it would stand."""

    path: str
    manifest: str
    answers: tuple[str, ...]


class PlaceTransport:
    """A transport over files at a place, local or remote; see hub.transport.Transport.

    Raises ConfigurationFault where a pattern of the channel leaves the place.
    """

    def __init__(
        self,
        place: Place,
        channel: Channel,
        now: Callable[[], datetime],
        pause: Callable[[float], None],
    ) -> None:
        for pattern in channel.pull:
            if "**" in pattern:
                raise ConfigurationFault(f"{channel.agency}: {pattern}: ** is not known here")
            check_inside(channel.agency, pattern)
        self._place = place
        self._channel = channel
        self._now = now
        self._pause = pause
        self._told: set[str] = set()

    def fetch(self, taken: Mapping[str, str]) -> Iterator[Parcel]:
        """Yield finished files that are new or changed, oldest first, then by path."""
        finds = [find for find in self._finished() if not find.known_by(taken.get(self._source(find)))]
        finds.sort(key=lambda find: (find.data.changed_at, find.data.path))
        small = [find for find in finds if (find.data.size or 0) <= LARGEST_FILE]
        contents = self._place.contents(entry for find in small for entry in (find.manifest, find.data) if entry)
        for find in finds:
            if (find.data.size or 0) > LARGEST_FILE:
                refused = ("unreadable_file", f"{find.data.size} bytes are too many")
                yield self._parcel(find, _NOTHING, b"", refused)
                continue
            manifest = next(contents) if find.manifest else _NOTHING
            found = next(contents)
            if found is None or manifest is None or find.data.size not in (None, len(found.content)):
                LOG.warning("%s: %s is left for the next run: in use or changing", self._channel.agency, find.data.path)
                continue
            fault = disagreement(manifest.content, found.content, found.sha256) if find.manifest else ""
            if fault and not self._unchanged(find):
                LOG.info("%s: %s is left for the next run: being replaced", self._channel.agency, find.data.path)
                continue
            yield self._parcel(find, found, manifest.content, ("hash_mismatch", fault) if fault else None)

    def deliver(self, outgoing: Outgoing) -> None:
        """Leave a file, then its manifest where the channel has one; the answer comes later, as a file.

        Nothing is done where the same file stands there already, or its manifest alone (the receiver took the file),
        or the receiver's answer to this very content. Raises NameTaken where another file stands under the name, or
        other content was answered under it: someone may have worked on it, so it is not overwritten.
        """
        for fault in self.deliver_all([outgoing]):
            if fault is not None:
                raise fault

    def deliver_all(self, outgoings: Iterable[Outgoing]) -> Iterator[DeliveryRefused | None]:
        """Leave each as `deliver` does, many of them on their way at once."""
        for together in _in_batches(outgoings):
            yield from self._deliver_together(together)

    def close(self) -> None:
        """Let go of connections."""
        self._place.close()

    def _source(self, find: _Find) -> str:
        return posixpath.join(self._channel.source_prefix, find.data.path)

    def _finished(self) -> list[_Find]:
        """Every file that the channel pulls and that nobody is still writing."""
        listings: dict[str, list[Entry]] = {}
        finds: dict[str, _Find] = {}
        growing: list[_Find] = []
        beside: dict[str, dict[str, Entry]] = {}
        suffix = self._channel.manifest
        for entry in matching(self._place, self._channel.pull, listings):
            folder = posixpath.dirname(entry.path)
            if entry.device:
                self._tell_once(entry, "is a pipe, socket or device and no file; left alone")
                continue
            if entry.path in finds or (suffix and entry.name.casefold().endswith(suffix.casefold())):
                continue
            if entry.size is None:
                self._tell_once(entry, "the server does not tell its size; it is fetched at each run")
            if suffix and folder not in beside:
                beside[folder] = {
                    other.name.casefold(): other for other in listings[folder] if not other.folder and not other.device
                }
            manifest = beside[folder].get((entry.name + suffix).casefold()) if suffix else None
            if manifest is None and suffix and posixpath.basename(folder) != ANSWERS:
                continue
            find = _Find(entry, manifest)
            finds[entry.path] = find
            if manifest is None and self._recent(entry):
                growing.append(find)
        if growing:
            self._pause(self._channel.settle_seconds)
        for find in growing:
            if not self._stands_still(find):
                LOG.info("%s: %s is left for the next run: still growing", self._channel.agency, find.data.path)
                del finds[find.data.path]
        return list(finds.values())

    def _tell_once(self, entry: Entry, what: str) -> None:
        if entry.path not in self._told:
            self._told.add(entry.path)
            LOG.warning("%s: %s: %s", self._channel.agency, mask_identity_numbers(entry.path), what)

    def _recent(self, entry: Entry) -> bool:
        """Whether a file changed so lately, by either clock, or nobody tells when, that it may still be growing."""
        return (
            not entry.changed_at
            or entry.changed_at > (self._now() - timedelta(seconds=self._channel.settle_seconds)).timestamp()
        )

    def _stands_still(self, find: _Find) -> bool:
        for entry in (find.data, find.manifest):
            if entry is not None:
                (again,) = self._place.look_at([entry.path])
                if again is None or again.stamp != entry.stamp:
                    return False
        return True

    def _unchanged(self, find: _Find) -> bool:
        """Whether file and manifest that disagree are meant so, and not caught while being replaced."""
        if self._recent(find.data) or (find.manifest and self._recent(find.manifest)):
            self._pause(self._channel.settle_seconds)
        return self._stands_still(find)

    def _parcel(self, find: _Find, found: Content, manifest: bytes, refused: tuple[str, str] | None) -> Parcel:
        size = len(found.content) if find.data.size is None else find.data.size
        meta = [("fingerprint", find.fingerprint), ("size", str(size))]
        if find.manifest is not None:
            meta.append(("manifest", manifest.decode("utf-8", "replace")))
            meta.append(("manifest_arrived_at", _instant(find.manifest.changed_at).isoformat()))
        if refused is not None:
            meta.extend(zip(("refused", "detail"), refused, strict=True))
        return Parcel(
            agency=self._channel.agency,
            path=self._source(find),
            content=found.content,
            sha256=found.sha256,
            arrived_at=_instant(find.data.changed_at),
            fetched_at=self._now(),
            meta=tuple(meta),
        )

    def _deliver_together(self, outgoings: Sequence[Outgoing]) -> Iterator[DeliveryRefused | None]:
        """Look what stands there for all of them, then leave what is missing."""
        names, wrong = self._names_until_wrong(outgoings)
        wanted = list(dict.fromkeys(name for some in names for name in (some.path, some.manifest, *some.answers)))
        standing = dict(zip(wanted, self._place.look_at(wanted), strict=True))
        faults: list[DeliveryRefused | None] = []
        missing: list[Files] = []
        for outgoing, some in zip(outgoings, names, strict=False):
            try:
                missing.append(self._missing(outgoing, some, standing))
                faults.append(None)
            except DeliveryRefused as fault:
                missing.append(())
                faults.append(fault)
        for outcome, _ in zip(faults, self._place.write_all(missing), strict=True):
            yield outcome
        if wrong is not None:
            raise wrong

    def _names_until_wrong(self, outgoings: Sequence[Outgoing]) -> tuple[list[_Names], ConfigurationFault | None]:
        """The names of each up to the first that may not be left here: those before it go out first."""
        names: list[_Names] = []
        for outgoing in outgoings:
            try:
                names.append(self._names(outgoing))
            except ConfigurationFault as fault:
                return names, fault
        return names, None

    def _names(self, outgoing: Outgoing) -> _Names:
        path = check_inside(outgoing.agency, outgoing.path)
        folder = posixpath.join(posixpath.dirname(posixpath.dirname(path)), ANSWERS)
        stem, ending = posixpath.splitext(posixpath.basename(path))
        # A workbook is answered in a CSV too.
        named = (stem, outgoing.delivery_id)
        answers = dict.fromkeys(f"{name}.ack{end}" for end in (ending, ".csv") for name in named)
        return _Names(
            path,
            path + self._channel.manifest,
            tuple(posixpath.join(folder, name) for name in answers if "/" not in name),
        )

    def _missing(self, outgoing: Outgoing, names: _Names, standing: Mapping[str, Entry | None]) -> Files:
        """What of a file and its manifest is still to be left."""
        answers = [answer for name in names.answers if (answer := standing[name]) is not None]
        if answers and self._answered(answers, sha256(outgoing.content).hexdigest()):
            return ()
        manifest = compose_manifest(names.path, outgoing.content) if self._channel.manifest else b""
        if manifest and self._is(standing[names.manifest], manifest):
            return ()
        there = self._is(standing[names.path], outgoing.content)
        data = [] if there else [(names.path, outgoing.content)]
        return [*data, (names.manifest, manifest)] if manifest else data

    def _answered(self, answers: Sequence[Entry], digest: str) -> bool:
        """Whether the receiver has answered just this content, of which each line of its answer gives the digest.

        An answer to something else was given under this name before the hub's ledger was set back to an older copy.
        """
        readable = [one for one in answers if not one.folder and not one.device and (one.size or 0) <= LARGEST_FILE]
        found = [one.content for one in self._place.contents(readable) if one is not None]
        # Two bytes a character are one way in which a spreadsheet saves a text.
        if any(digest.encode() in content.replace(b"\0", b"").lower() for content in found):
            return True
        raise NameTaken(self._channel.agency, f"{answers[0].path}: this answers other content under the same name")

    def _is(self, there: Entry | None, content: bytes) -> bool:
        """Whether exactly this stands there already."""
        if there is None:
            return False
        if not there.folder and not there.device and there.size in (None, len(content)):
            found = next(iter(self._place.contents([there])))
            if found is not None and found.content == content:
                return True
        raise NameTaken(self._channel.agency, f"{there.path}: another file stands under this name")


def _in_batches(outgoings: Iterable[Outgoing]) -> Iterator[list[Outgoing]]:
    """A few at a time: what is drawn is held in memory, and what went out is told before more is drawn.

    A file that goes to the same name as one before it waits for it, since it must see it standing there.
    """
    batch: list[Outgoing] = []
    for outgoing in outgoings:
        size = sum(len(one.content) for one in batch) + len(outgoing.content)
        if batch and (len(batch) == _TOGETHER or size > _BYTES_TOGETHER or outgoing.path in {o.path for o in batch}):
            yield batch
            batch = []
        batch.append(outgoing)
    if batch:
        yield batch


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)

"""What was acknowledged, heard and listed, and what must hold between the three."""

from collections import Counter
from dataclasses import dataclass, field

from kezwire.identity import Identity


@dataclass
class Mailbox:
    """One recipient's."""

    name: str
    acked: dict[bytes, int] = field(default_factory=dict)  # envelope → seq
    order: list[int] = field(default_factory=list)  # the same seqs, in the order of the acknowledgements
    lanes: dict[int, list[bytes]] = field(default_factory=dict)  # each lane's, in the order of sending
    heard: list[tuple[int, bytes]] = field(default_factory=list)
    was_cut: bool = False  # whether the listener's connection ended in between: live copies may then be missing

    def acknowledge(self, lane: int, raw: bytes, seq: int) -> None:
        self.acked[raw] = seq
        self.order.append(seq)
        self.lanes.setdefault(lane, []).append(raw)

    def check(self, listed: list[tuple[int, bytes]]) -> None:
        """Every acknowledged message exactly once, nothing else, in the order of the log, which is every lane's."""
        seqs = [seq for seq, _ in listed]
        assert seqs == sorted(set(seqs)), f"{self.name}: the list does not ascend"
        counted = Counter(raw for _, raw in listed)
        lost = self.acked.keys() - counted.keys()
        assert not lost, f"{self.name}: {len(lost)} of {len(self.acked)} acknowledged messages are lost: {_some(lost)}"
        twice = {raw for raw, count in counted.items() if count > 1}
        assert not twice, f"{self.name}: {len(twice)} messages are there twice: {_some(twice)}"
        strange = counted.keys() - self.acked.keys()
        assert not strange, f"{self.name}: {len(strange)} messages that nobody has sent: {_some(strange)}"
        at = {raw: seq for seq, raw in listed}
        moved = {raw for raw, seq in self.acked.items() if at[raw] != seq}
        assert not moved, f"{self.name}: {len(moved)} are listed at another seq than acknowledged: {_some(moved)}"
        for lane, raws in self.lanes.items():
            order = [at[raw] for raw in raws]
            assert order == sorted(order), f"{self.name}: lane {lane} sent in another order than is listed"
        self._check_live(dict(listed))

    def _check_live(self, listed: dict[int, bytes]) -> None:
        seqs = [seq for seq, _ in self.heard]
        assert seqs == sorted(set(seqs)), f"{self.name}: live copies came twice or out of order"
        for seq, raw in self.heard:
            assert listed.get(seq) == raw, f"{self.name}: the live copy {seq} is not what is listed there"
        if not self.was_cut:
            missing = listed.keys() - set(seqs)
            assert not missing, f"{self.name}: {len(missing)} live copies are missing on a connection that was not cut"


def _some(raws) -> list[bytes]:
    return [raw[:400] for raw in list(raws)[:2]]


def named(identity: Identity) -> str:
    return f"{identity.hex[:8]}… (shard {identity.shard})"

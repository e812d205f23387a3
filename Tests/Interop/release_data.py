"""A data folder as a release left it, and what that release answered: what the next release has to answer too.

    KEZ_BINARY=… NATS_SERVER=… python release_data.py releases/<version>.tar.gz

makes one with the program of that release. It is made once, when a release is out, and never changed again.
"""

import asyncio
import json
import os
import pathlib
import sys
import tarfile
import tempfile

from harness import Process
from kezwire import envelopes, sigchain
from kezwire.identity import Identity
from system import System, User, expect

# Its messages must not age away before the test runs.
OPTIONS = {"limit-retention-days": "36500"}


def fill(system: System) -> list[User]:
    """People with everything a view can hold: chains, devices, releases, deletes, blocks, repeats, settings."""
    people = [system.user(Identity(bytes([number]) * 32), f"person{number}") for number in range(1, 6)]
    ann, bob, cat, dan, eve = people
    for number in range(12):
        for sender in (ann, cat):
            expect(system.post(bob.handle, envelopes.message(sender.identity, bob.hex, n=number)), 201)
    expect(system.post_anonymous(bob.handle, b'{"odd" : 1.0e5, "text":"\xc3\xa4"}'), 201)
    repeated = envelopes.message(bob.identity, ann.hex)
    expect(system.post(ann.handle, repeated), 201)
    expect(system.post(ann.handle, repeated), 201)
    chain = sigchain.Chain(ann.identity)
    for number in range(4):
        link = chain.link({"kind": "profile", "name": f"Ann {number}"})
        expect(system.append(link), 201)
        chain.extend(link)
    expect(system.release(envelopes.release(dan.identity, dan.handle, system.server)), 200)

    async def choose():
        async with system.connect(bob) as client:
            seqs = [entry["seq"] for entry in system.messages(bob)]
            (await client.call("inbox.delete", {"seqs": seqs[2:5]})).ok()
            (await client.call("inbox.settings", {"blocked": [cat.primary], "anonymous": False})).ok()
        async with system.connect(eve) as client:
            (await client.call("inbox.settings", {"blocked": [], "anonymous": False})).ok()

    asyncio.run(choose())
    return people


def answers(system: System, people: list[User]) -> dict:
    """Every kind of answer, without what holds ports or clocks."""
    found: dict = {}
    for person in people:
        user = system.lookup(person.handle).json
        user.pop("sigchain_url", None)
        entry: dict = {"user": user, "chain": system.sigchain(person.hex).json}
        if "primary" in user:
            page = system.inbox(person).json
            entry["inbox"] = page

            async def ask(person=person):
                async with system.connect(person) as client:
                    return {
                        "head": (await client.call("inbox.head")).ok(),
                        "stats": (await client.call("inbox.stats")).ok(),
                        "settings": (await client.call("inbox.settings", {})).ok(),
                    }

            entry |= asyncio.run(ask())
        found[person.handle] = entry
    return json.loads(json.dumps(found))


def main(target: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        process = Process(os.environ["KEZ_BINARY"], root / "data", dict(OPTIONS))
        system = System(process.start())
        people = fill(system)
        expected = {"server": system.server, "answers": answers(system, people)}
        process.stop()
        (root / "answers.json").write_text(json.dumps(expected, indent=1, sort_keys=True))
        with tarfile.open(target, "w:gz") as archive:
            archive.add(root / "data", "data")
            archive.add(root / "answers.json", "answers.json")


if __name__ == "__main__":
    main(sys.argv[1])

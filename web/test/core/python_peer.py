"""The other side of python.test.ts: makes, and opens, what the Python implementation of the interop tests does.

usage: python_peer.py make | check   (JSON on standard output; `check` reads JSON from standard input)
"""

import json
import os
import random
import sys

sys.path.insert(0, "Tests/Interop")
from kezwire import envelopes, identity, jcs, nkeys, sealing, sigchain  # noqa: E402

ALPHABET = "aZ09 é\u0000\u001f\"\\/\u2028😀ﬀ\ud7ff\ue000\U0001f600"


def text(source: random.Random) -> str:
    return "".join(source.choice(ALPHABET) for _ in range(source.randrange(12)))


def value(source: random.Random, depth: int = 0):
    kind = source.randrange(8 if depth < 4 else 6)
    if kind == 0:
        return source.choice([None, True, False])
    if kind == 1:
        return source.randrange(-(2**53) + 1, 2**53)
    if kind == 2:
        return source.random() * 10.0 ** source.randrange(-30, 30)
    if kind < 6:
        return text(source)
    if kind == 6:
        return [value(source, depth + 1) for _ in range(source.randrange(5))]
    return {text(source): value(source, depth + 1) for _ in range(source.randrange(5))}


def agreement_key(point: bytes) -> str | None:
    try:
        return identity.x25519_public(point).hex()
    except Exception:
        return None


def chain_of(owner: identity.Identity, device: identity.Identity, source: random.Random) -> dict:
    chain = sigchain.Chain(owner)
    chain.extend(chain.link({"kind": "profile", "name": text(source), "more": value(source)}))
    chain.extend(chain.link(chain.device_add(device, ["send", "profile"])))
    chain.extend(chain.link({"kind": "proof", "more": value(source)}, device))
    return {"links": [jcs.compact(link).hex() for link in chain.links], "head": chain.head}


def make() -> dict:
    source = random.Random(int(os.environ.get("KEZ_SEED", "1")))
    people = []
    for _ in range(20):
        one, other = (identity.Identity(source.randbytes(32)) for _ in range(2))
        content = {"kez": "kez-text-v1", "text": text(source), "more": value(source)}
        people.append({
            "seed": one.seed.hex(), "other_seed": other.seed.hex(), "primary": one.primary, "nkey": one.nkey,
            "nkey_seed": one.nkey_seed, "plaintext": sealing.pad(content).hex(),
            "message": jcs.compact(envelopes.message(one, other.hex, content, extra=value(source))).hex(),
            "registration": jcs.compact(envelopes.registration(one, "somebody", "kez.lat", x=value(source))).hex(),
            "chain": chain_of(one, other, source),
        })
    # Random bytes: half of them are no points, and of the points one in eight is of prime order.
    points = [source.randbytes(32) for _ in range(400)]
    documents = [value(source) for _ in range(300)]
    return {
        "people": people,
        "points": [[point.hex(), agreement_key(point)] for point in points],
        "documents": [[json.dumps(each, ensure_ascii=source.random() < 0.5), jcs.canonical(each).hex()] for each in documents],
    }


def check(made: list) -> list:
    """The plaintexts of the messages, and the heads of the chains, that were made for us."""
    checked = []
    for each in made:
        reader = identity.Identity(bytes.fromhex(each["seed"]))
        plaintext = envelopes.open_message(reader, jcs.parse(bytes.fromhex(each["message"])))
        registration = jcs.parse(bytes.fromhex(each["registration"]))
        links = [jcs.parse(bytes.fromhex(link)) for link in each["links"]]
        assert envelopes.verify(registration) and all(map(envelopes.verify, links))
        assert all(map(sigchain.verify_accept, [link for link in links if "accept" in link["payload"]["body"]]))
        checked.append({"plaintext": plaintext.hex(), "head": jcs.sha256(links[-1])})
    return checked


if sys.argv[1] == "make":
    json.dump(make(), sys.stdout)
else:
    json.dump(check(json.load(sys.stdin)), sys.stdout)

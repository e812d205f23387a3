"""The reference implementation agrees with Tests/Vectors/vectors.json."""

import base64
import hashlib
import json
import math
import pathlib
import struct

import pytest

from kezwire import auth, envelopes, jcs, nkeys, sealing, sigchain, subjects
from kezwire.identity import Identity, verify, x25519_public

PATH = pathlib.Path(__file__).resolve().parent.parent / "Vectors" / "vectors.json"
VECTORS = json.loads(PATH.read_text(encoding="utf-8"))
ENVELOPES = VECTORS["envelopes"]


def named(rows):
    return [pytest.param(row, id=row["name"]) for row in rows]


@pytest.mark.parametrize("row", named(VECTORS["messages"]))
def test_sealing(row):
    sender, recipient = Identity(bytes.fromhex(row["sender"]["ed25519_seed"])), row["recipient"]
    assert sender.hex == row["sender"]["ed25519_public"]
    assert sender.x25519_private.hex() == row["sender"]["x25519_private"]
    assert sender.nkey == row["sender"]["nkey_public"]
    assert sender.nkey_seed == row["sender"]["nkey_seed"]
    public = bytes.fromhex(recipient["ed25519_public"])
    assert x25519_public(public).hex() == recipient["x25519_public"]
    shared = sealing.shared_secret(sender.x25519_private, x25519_public(public))
    assert shared.hex() == row["shared_secret"]
    nonce = bytes.fromhex(row["nonce"])
    assert sealing.message_key(shared, nonce).hex() == row["aes_key"]
    _, ciphertext = sealing.seal(sender, public, bytes.fromhex(row["plaintext"]), nonce)
    assert ciphertext.hex() == row["ciphertext_and_tag"]
    reader = Identity(bytes.fromhex(recipient["ed25519_seed"]))
    assert sealing.open_sealed(reader, sender.public, nonce, ciphertext).hex() == row["plaintext"]
    canonical = jcs.canonical(row["envelope_unsigned"])
    assert canonical.decode() == row["envelope_jcs_text"]
    assert hashlib.sha256(canonical).hexdigest() == row["envelope_sha256"]
    assert sender.sign(canonical).hex() == row["signature"]


@pytest.mark.parametrize("row", named(VECTORS["negative_keys"]))
def test_negative_keys(row):
    with pytest.raises((ValueError, RuntimeError)):
        if "ed25519_public" in row:
            x25519_public(bytes.fromhex(row["ed25519_public"]))
        else:
            sealing.shared_secret(bytes.fromhex(row["x25519_private"]), bytes.fromhex(row["x25519_public"]))


@pytest.mark.parametrize("row", VECTORS["nkeys"], ids=lambda row: row["nonce_text"])
def test_nkeys(row):
    who = Identity(bytes.fromhex(row["seed"]))
    assert (who.hex, who.nkey, who.nkey_seed) == (row["public"], row["nkey_public"], row["nkey_seed"])
    assert nkeys.decode_public(who.nkey) == who.public
    assert nkeys.decode_seed(who.nkey_seed) == who.seed
    signature = base64.urlsafe_b64encode(who.sign(row["nonce_text"].encode())).rstrip(b"=").decode()
    assert signature == row["sig_base64url"]


@pytest.mark.parametrize("row", ENVELOPES["nkeys"], ids=lambda row: row["nkey"][:8])
def test_nkey_of_primary(row):
    who = Identity(nkeys.decode_seed(row["nkey_seed"]))
    assert (who.primary, who.nkey, who.shard) == (row["primary"], row["nkey"], row["shard"])
    assert subjects.shard(who.hex) == row["shard"]


def test_curve_conversion():
    table = VECTORS["ed25519_to_x25519"]
    for values in table["rows"]:
        row = dict(zip(table["columns"], values, strict=True))
        who = Identity(bytes.fromhex(row["ed25519_seed"]))
        assert who.hex == row["ed25519_public"]
        assert who.x25519_private.hex() == row["x25519_private"]
        assert x25519_public(who.public).hex() == row["x25519_public"]


@pytest.mark.parametrize("row", VECTORS["jcs"]["numbers"], ids=lambda row: row["ieee754_be"])
def test_jcs_number(row):
    (number,) = struct.unpack(">d", bytes.fromhex(row["ieee754_be"]))
    if not math.isfinite(number):
        with pytest.raises(ValueError):
            jcs.canonical(number)
        return
    assert jcs.canonical(number).decode() == row["expected"]


@pytest.mark.parametrize("row", named(VECTORS["jcs"]["documents"]))
def test_jcs_document(row):
    assert jcs.canonical(jcs.parse(row["input_json"])).hex() == row["expected_utf8"]


@pytest.mark.parametrize("row", named(VECTORS["jcs"]["negative"]))
def test_jcs_refuses(row):
    with pytest.raises(ValueError):
        jcs.canonical(jcs.parse(row["input_json"]))


@pytest.mark.parametrize("row", named(VECTORS["signature_edge_cases"]))
def test_signature_edge_case(row):
    parts = [bytes.fromhex(row[name]) for name in ("public", "message", "signature")]
    assert verify(*parts) is row["libsodium"]


@pytest.mark.parametrize("name", ["registration", "registration_with_unknown_members", "message"])
def test_envelope(name):
    row = ENVELOPES[name]
    signer = Identity(bytes.fromhex(row.get("seed") or row["sender_seed"]))
    envelope = row["envelope"]
    assert jcs.canonical(envelope["payload"]).decode() == row["canonical_payload"]
    assert envelopes.sign(envelope["kez"], envelope["payload"], signer) == envelope
    assert envelopes.verify(envelope)
    assert not envelopes.verify(envelopes.spoil(envelope))
    assert envelopes.TYPES[envelope["kez"]] == envelope["payload"]["type"]


def test_builders_make_the_same_envelopes():
    row = ENVELOPES["registration"]
    who = Identity(bytes.fromhex(row["seed"]))
    assert envelopes.registration(who, "tudisco", "kez.lat", "2026-05-25T03:00:00Z") == row["envelope"]


def test_message_opens():
    row = ENVELOPES["message"]
    reader = Identity(bytes.fromhex(row["recipient_seed"]))
    assert envelopes.open_message(reader, row["envelope"]).decode() == row["plaintext"]
    with pytest.raises(ValueError):
        envelopes.open_message(Identity(), row["envelope"])
    with pytest.raises(ValueError):
        envelopes.open_message(reader, envelopes.spoil(row["envelope"]))


def test_sigchain():
    row = ENVELOPES["sigchain"]
    chain = sigchain.Chain(Identity(bytes.fromhex(row["seed"])))
    for entry in row["links"]:
        payload = entry["link"]["payload"]
        assert chain.link(payload["body"], created_at=payload["created_at"]) == entry["link"]
        if payload["body"]["kind"] == "device_add":
            assert sigchain.verify_accept(entry["link"])
        chain.extend(entry["link"])
        assert chain.head == entry["head"]


def test_device_accept():
    row = ENVELOPES["sigchain"]
    chain = sigchain.Chain(Identity(bytes.fromhex(row["seed"])))
    chain.extend(row["links"][0]["link"])
    device = Identity(bytes.fromhex(ENVELOPES["message"]["recipient_seed"]))
    assert chain.device_add(device, ["send", "profile"]) == row["links"][1]["link"]["payload"]["body"]


@pytest.mark.parametrize("row", ENVELOPES["x_kez_auth"] + ENVELOPES["x_kez_auth_other_doors"])
def test_x_kez_auth(row):
    who = Identity(bytes.fromhex(row["seed"]))
    method, path, third, ts, *server = row["signed_text"].split("\n")
    assert auth.header(who, method, path, third, *server, ts=int(ts)) == row["header"]
    if "body" in row:
        assert third == "sha256=" + hashlib.sha256(row["body"].encode()).hexdigest()


@pytest.mark.parametrize("length", [0, 1, 230, 256, 300, 511, 4000, 4096, 5000, 20000])
def test_padding(length):
    plaintext = sealing.pad({"kez": "kez-text-v1", "text": "x" * length})
    assert len(plaintext) in sealing.STEPS or len(plaintext) % 4096 == 0
    assert json.loads(plaintext)["text"] == "x" * length

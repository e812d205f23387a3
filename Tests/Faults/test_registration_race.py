"""Two registries, one handle: the log decides, whoever writes."""

from concurrent.futures import ThreadPoolExecutor

from kezwire import envelopes, jcs
from kezwire.http import Http
from kezwire.identity import Identity
from system import expect, unique_handle

CLAIMANTS, HANDLES = 16, 8


def answered(scene) -> list[int]:
    """Requests that each registry has answered."""
    found = []
    for number in scene.replicas("registry"):
        page = Http(scene.deployment.url("registry", 6971, number)).get("/metrics").body.decode()
        found.append(sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith("kez_registry_writes")))
    return found


def test_of_many_claims_through_both_gateways_one_wins(scene):
    doors = [Http(scene.deployment.url("gateway", 6969, number)) for number in scene.replicas("gateway")]
    with ThreadPoolExecutor(CLAIMANTS) as pool:
        for _ in range(HANDLES):
            handle = unique_handle()
            claims = [envelopes.registration(Identity(), handle, scene.system.server) for _ in range(CLAIMANTS)]
            posts = [
                pool.submit(doors[index % len(doors)].post, "/v1/register", jcs.compact(claim))
                for index, claim in enumerate(claims)
            ]
            answers = [post.result(30) for post in posts]
            won = [index for index, answer in enumerate(answers) if answer.status == 201]
            assert len(won) == 1, [str(answer) for answer in answers]
            for index, answer in enumerate(answers):
                if index != won[0]:
                    expect(answer, 409, "handle_taken")
            winner = claims[won[0]]["payload"]["primary"]
            for door in doors:
                assert expect(door.get("/v1/u/" + handle), 200)["primary"] == winner
                assert expect(door.get("/v1/by-primary/" + winner), 200)["handle"] == handle
                for index, claim in enumerate(claims):
                    if index != won[0]:
                        expect(door.get("/v1/by-primary/" + claim["payload"]["primary"]), 404, "not_found")


def test_of_many_handles_for_one_key_one_is_given(scene):
    doors = [Http(scene.deployment.url("gateway", 6969, number)) for number in scene.replicas("gateway")]
    identity = Identity()
    claims = [envelopes.registration(identity, unique_handle(), scene.system.server) for _ in range(CLAIMANTS)]
    with ThreadPoolExecutor(CLAIMANTS) as pool:
        answers = list(pool.map(lambda n: doors[n % 2].post("/v1/register", jcs.compact(claims[n])), range(CLAIMANTS)))
    won = [index for index, answer in enumerate(answers) if answer.status == 201]
    assert len(won) == 1, [str(answer) for answer in answers]
    for index, answer in enumerate(answers):
        if index != won[0]:
            expect(answer, 409, "primary_taken")
        expect(doors[0].get("/v1/u/" + claims[index]["payload"]["handle"]), 200 if index == won[0] else 404)

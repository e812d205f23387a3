"""Sounds and films are played, and only what is one."""

from playwright.sync_api import Locator, expect

from kezweb.samples import film, noise, payload, sha256, wav
from kezweb.until import until

# Ready state 1: the browser has read what it is and how long.
READ = """async (name) => {
  const media = document.querySelector(`[role=group][aria-label="${name}"] :is(audio, video)`);
  return media !== null && media.readyState >= 1 && { tag: media.tagName, duration: media.duration, width: media.videoWidth ?? 0 };
}"""


def is_paused(player: Locator) -> bool:
    return player.evaluate("(player) => player.querySelector('audio, video').paused")


def test_sounds_and_films_have_players_on_both_sides(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    sound, moving = wav(), film(alice.page)
    there.attach(payload("hum.wav", "audio/wav", sound), payload("colours.webm", "video/webm", moving), caption="hum along")
    for side in (there, here):
        for name in ("hum.wav", "colours.webm"):
            expect(side.player(name)).to_be_visible()
        read = until(side.page, READ, "hum.wav")
        assert read["tag"] == "AUDIO" and abs(read["duration"] - 1.5) < 0.1, read
        read = until(side.page, READ, "colours.webm")
        assert read["tag"] == "VIDEO" and read["width"] == 64 and 0 < read["duration"] < 5, read
        # How long it is shows before it is played.
        expect(side.player("hum.wav")).to_contain_text("0:0")
    # They play, one at a time.
    hum, colours = here.player("hum.wav"), here.player("colours.webm")
    hum.get_by_role("button", name="Play").click()
    expect(hum.get_by_role("button", name="Pause")).to_be_visible()
    bob.page.wait_for_function(
        "() => document.querySelector('[role=group][aria-label=\"hum.wav\"] audio').currentTime > 0.1"
    )
    colours.get_by_role("button", name="Play").click()
    expect(hum.get_by_role("button", name="Play")).to_be_visible()
    assert is_paused(hum)
    bob.page.wait_for_function(
        "() => document.querySelector('[role=group][aria-label=\"colours.webm\"] video').ended"
    )
    # The film opens large.
    colours.get_by_role("button", name="Enlarge").click()
    box = bob.client.dialog("colours.webm")
    expect(box.get_by_role("group", name="colours.webm").get_by_role("button", name="Play")).to_be_visible()
    bob.page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    # What is played can be saved as well.
    with bob.page.expect_download() as saved:
        here.act("hum along", "Download")
    assert sha256(saved.value.path().read_bytes()) == sha256(sound)


def test_what_only_says_that_it_is_a_film_is_a_file(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    there.attach(
        payload("page.mp4", "video/mp4", b"<!doctype html><script>alert(1)</script>"),
        payload("page.ogg", "audio/ogg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        # Begins as a sound does, and is none.
        payload("broken.wav", "audio/wav", wav()[:12] + noise(400)),
    )
    for side in (there, here):
        for name in ("page.mp4", "page.ogg"):
            expect(side.download_button(name)).to_be_visible()
            expect(side.player(name)).to_have_count(0)
        expect(side.player("broken.wav").get_by_text("broken.wav cannot be played")).to_be_visible()
        expect(side.history.locator("iframe, object, embed, svg image")).to_have_count(0)
    assert here.download("page.mp4") == b"<!doctype html><script>alert(1)</script>"

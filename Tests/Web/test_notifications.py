"""Notifications: shown through the service worker, of what is not being looked at."""

import re

import pytest
from playwright.sync_api import expect

from kezweb.until import until

SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag }) => ({ title, body, tag }))"""
# Bodies of what is on the screen by now. Chromium forgets a notification of which it is asked before it has shown it, so
# nobody may ask `getNotifications` over and over.
SPY = """(() => {
  window.bodies = [];
  const show = ServiceWorkerRegistration.prototype.showNotification;
  ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
    await show.call(this, title, options);
    window.bodies.push(options.body);
  };
})()"""
# As the browser does when somebody clicks.
CLICK = """async () => {
  const [shown] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification: shown }));
}"""


@pytest.fixture
def notified(friends):
    """Bob, who wants notifications, and Alice, who writes."""
    alice, bob = friends()
    bob.context.grant_permissions(["notifications"], origin=bob.url)
    bob.context.add_init_script(SPY)
    bob.client.open("/settings/notifications")
    bob.client.settings.switch("Notifications").click()
    expect(bob.client.settings.switch("Notifications")).to_be_checked()
    return alice, bob


def shown_after(page, count: int) -> list[dict]:
    """What the browser holds once so many have been shown in all."""
    until(page, "(count) => window.bodies.length === count", count)
    return page.evaluate(SHOWN)


def test_a_message_that_is_not_in_view_is_notified_and_a_click_opens_it(notified):
    alice, bob = notified
    alice.client.conversation.write("dinner at eight?")
    [shown] = shown_after(bob.page, 1)
    assert shown["title"] == alice.handle
    assert "dinner at eight?" in shown["body"]
    # Several of one conversation are one notification.
    alice.client.conversation.write("or at nine?")
    [shown] = shown_after(bob.page, 2)
    assert "or at nine?" in shown["body"] and "2" in shown["body"]
    worker = bob.context.service_workers[0]
    worker.evaluate(CLICK)
    expect(bob.client.conversation.expect_text("or at nine?")).to_be_in_viewport()
    # To the message itself, not only to where it was said.
    expect(bob.page).to_have_url(re.compile("/messages/[0-9a-f]{32}/[0-9a-f]{32}$"))
    # What was read is not notified any longer.
    until(bob.page, f"async () => (await ({SHOWN})()).length === 0")


def test_what_is_in_view_is_not_notified(notified):
    alice, bob = notified
    bob.client.open("/messages")
    here = bob.client.go_to(alice.handle)
    alice.client.conversation.write("you are looking at it")
    here.expect_text("you are looking at it")
    bob.client.leave()
    alice.client.conversation.write("and now you are not")
    [shown] = shown_after(bob.page, 1)
    assert "and now you are not" in shown["body"]


def test_without_previews_a_notification_says_nothing(notified):
    alice, bob = notified
    bob.client.settings.switch("Show sender and text").click()
    expect(bob.client.settings.switch("Show sender and text")).not_to_be_checked()
    alice.client.conversation.write("for your eyes only")
    [shown] = shown_after(bob.page, 1)
    assert alice.handle not in shown["title"] + shown["body"]
    assert "for your eyes only" not in shown["body"]


def test_notifications_are_opt_in(friends):
    alice, bob = friends()
    bob.context.grant_permissions(["notifications"], origin=bob.url)
    bob.client.settings.go("notifications")
    expect(bob.client.settings.switch("Notifications")).not_to_be_checked()
    alice.client.conversation.write("nobody asked for it")
    bob.client.open("/messages")
    expect(bob.client.row(alice.handle)).to_contain_text("nobody asked for it")
    assert bob.page.evaluate(SHOWN) == []


def test_a_request_is_notified_without_its_words(notified, people):
    _, bob = notified
    stranger = people("stranger")
    stranger.client.begin(bob.handle).write("unwanted words")
    [shown] = shown_after(bob.page, 1)
    assert stranger.handle not in shown["title"] + shown["body"]
    assert not re.search("unwanted", shown["title"] + shown["body"])

"""Notifications: shown through the service worker, of what is not being looked at."""

import re

import pytest
from playwright.sync_api import expect

from kezweb.until import until

SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag }) => ({ title, body, tag }))"""
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
    bob.client.settings.go("notifications")
    bob.client.settings.switch("Notifications").click()
    expect(bob.client.settings.switch("Notifications")).to_be_checked()
    return alice, bob


def wait_for_notifications(page, count: int) -> list[dict]:
    until(page, "async (count) => (await (await navigator.serviceWorker.ready).getNotifications()).length === count", count)
    return page.evaluate(SHOWN)


def test_a_message_that_is_not_in_view_is_notified_and_a_click_opens_it(notified):
    alice, bob = notified
    alice.client.conversation.write("dinner at eight?")
    [shown] = wait_for_notifications(bob.page, 1)
    assert shown["title"] == alice.handle
    assert "dinner at eight?" in shown["body"]
    # Several of one conversation are one notification.
    alice.client.conversation.write("or at nine?")
    until(
        bob.page,
        "async () => (await (await navigator.serviceWorker.ready).getNotifications()).some((n) => n.body.includes('or at nine?'))",
    )
    [shown] = bob.page.evaluate(SHOWN)
    assert "2" in shown["body"]
    worker = bob.context.service_workers[0]
    worker.evaluate(CLICK)
    expect(bob.client.conversation.expect_text("or at nine?")).to_be_in_viewport()
    # To the message itself, not only to where it was said.
    expect(bob.page).to_have_url(re.compile("/messages/[0-9a-f]{32}/[0-9a-f]{32}$"))
    # What was read is not notified any longer.
    wait_for_notifications(bob.page, 0)


def test_what_is_in_view_is_not_notified(notified):
    alice, bob = notified
    bob.client.open("/messages")
    here = bob.client.go_to(alice.handle)
    alice.client.conversation.write("you are looking at it")
    here.expect_text("you are looking at it")
    bob.client.leave()
    alice.client.conversation.write("and now you are not")
    [shown] = wait_for_notifications(bob.page, 1)
    assert "and now you are not" in shown["body"]


def test_without_previews_a_notification_says_nothing(notified):
    alice, bob = notified
    bob.client.settings.switch("Show sender and text").click()
    expect(bob.client.settings.switch("Show sender and text")).not_to_be_checked()
    alice.client.conversation.write("for your eyes only")
    [shown] = wait_for_notifications(bob.page, 1)
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
    [shown] = wait_for_notifications(bob.page, 1)
    assert stranger.handle not in shown["title"] + shown["body"]
    assert not re.search("unwanted", shown["title"] + shown["body"])

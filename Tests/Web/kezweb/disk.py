"""What can go wrong with a browser's storage: no room is left, or the key to what lies there is gone."""

from playwright.sync_api import Page

from .person import Person

# Random bytes, which do not compress, in a database beside the client's, until not even a few fit.
FILL = """async () => {
  const database = await new Promise((done, failed) => {
    const request = indexedDB.open("filler");
    request.onupgradeneeded = () => request.result.createObjectStore("rows", { autoIncrement: true });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  for (let size = 65536; size >= 64; size /= 4) {
    for (let tries = 0; tries < 200; tries++) {
      const transaction = database.transaction("rows", "readwrite");
      transaction.objectStore("rows").put(crypto.getRandomValues(new Uint8Array(size)));
      const error = await new Promise((done) => {
        transaction.oncomplete = () => done(null);
        transaction.onabort = () => done(transaction.error.name);
      });
      if (error === "QuotaExceededError") break;
      if (error !== null) throw new Error(error);
    }
  }
  database.close();
}"""
# Takes the record that holds the keys away, and leaves everything else.
LOSE_KEY = """async () => {
  const database = await new Promise((done) => {
    const request = indexedDB.open("kez");
    request.onsuccess = () => done(request.result);
  });
  const transaction = database.transaction("vault", "readwrite");
  transaction.objectStore("vault").clear();
  await new Promise((done) => { transaction.oncomplete = done; });
  database.close();
}"""
ROOM = 4 * 1024 * 1024


class Disk:
    """Set up before the page is opened: for half a minute the browser does not look again at how much a page may store."""

    def __init__(self, person: Person):
        self.person = person
        self._session = person.context.new_cdp_session(person.page)
        self._session.send("Storage.overrideQuotaForOrigin", {"origin": person.url, "quotaSize": ROOM})

    def fill(self) -> None:
        self.person.page.evaluate(FILL)

    def make_room(self) -> None:
        self._session.send("Storage.overrideQuotaForOrigin", {"origin": self.person.url, "quotaSize": 4 * ROOM})


def lose_key(page: Page) -> None:
    """The client notices when it is loaded the next time."""
    page.evaluate(LOSE_KEY)

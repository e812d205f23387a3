"""A camera in front of which something is held, in a browser that reads codes as those of phones do.

Chromium on Linux has no `BarcodeDetector`: in its place ZXing reads what the page's video shows.
"""

import base64

import zxingcpp
from playwright.sync_api import Locator, Page

PUT_IN = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
  const seen = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  globalThis.cameras = [];
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const brush = canvas.getContext("2d");
    const draw = () => {
      brush.fillStyle = "#888";
      brush.fillRect(0, 0, 640, 480);
      brush.drawImage(seen, 320 - seen.width / 2, 240 - seen.height / 2);
      requestAnimationFrame(draw);
    };
    draw();
    const stream = canvas.captureStream(30);
    cameras.push(...stream.getTracks());
    return stream;
  };
  globalThis.BarcodeDetector = class {
    async detect(video) {
      const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
      const brush = canvas.getContext("2d");
      brush.drawImage(video, 0, 0);
      const { data, width, height } = brush.getImageData(0, 0, canvas.width, canvas.height);
      const grey = new Uint8Array(width * height);
      for (let at = 0; at < grey.length; at++) grey[at] = data[4 * at];
      let text = "";
      for (let at = 0; at < grey.length; at += 8192) text += String.fromCharCode(...grey.subarray(at, at + 8192));
      return (await readCodes(btoa(text), width, height)).map((rawValue) => ({ rawValue }));
    }
  };
}"""


def read_codes(grey: str, width: int, height: int) -> list[str]:
    image = memoryview(base64.b64decode(grey)).cast("B", (height, width))
    return [code.text for code in zxingcpp.read_barcodes(image)]


class Camera:
    """Of one page, until it is loaded anew."""

    def __init__(self, page: Page):
        self._page = page
        page.expose_function("readCodes", read_codes)

    def look_at(self, thing: Locator) -> None:
        """From now on it sees what is on somebody's screen."""
        self._page.evaluate(PUT_IN, base64.b64encode(thing.screenshot()).decode())

    @property
    def is_on(self) -> bool:
        return self._page.evaluate("() => cameras.some((track) => track.readyState === 'live')")

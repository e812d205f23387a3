/** What is unread, where it shows without the page: in its title, its icon, and on the installed app. */
import type { Counts } from "../state";

const ICON = "/icon.svg";
const SIZE = 64;

export class Badge {
  private readonly page: Document;
  private shown = -1;

  constructor(page: Document) {
    this.page = page;
  }

  /** @param title of the page without a count; @param onApp whether this tab speaks for the installed app */
  show({ unread }: Counts, title: string, onApp: boolean): void {
    const text = unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${title}` : title;
    if (this.page.title !== text) this.page.title = text;
    if (unread === this.shown) return;
    this.shown = unread;
    void this.drawIcon(unread);
    if (onApp && "setAppBadge" in navigator) {
      (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => undefined);
    }
  }

  private async drawIcon(count: number): Promise<void> {
    const link = this.page.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null) return;
    if (count === 0) {
      link.href = ICON;
      return;
    }
    const picture = await loaded(ICON);
    const canvas = this.page.createElement("canvas");
    canvas.width = canvas.height = SIZE;
    const context = canvas.getContext("2d");
    if (picture === null || context === null || this.shown !== count) return;
    context.drawImage(picture, 0, 0, SIZE, SIZE);
    drawCount(context, count > 99 ? "99" : `${count}`);
    link.href = canvas.toDataURL("image/png");
  }
}

function drawCount(context: CanvasRenderingContext2D, text: string): void {
  context.fillStyle = "#d92d4b";
  context.beginPath();
  context.arc(SIZE - 21, 21, 21, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#ffffff";
  context.font = `bold ${text.length > 1 ? 26 : 32}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, SIZE - 21, 22);
}

function loaded(path: string): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => resolve(null);
    image.src = path;
  });
}

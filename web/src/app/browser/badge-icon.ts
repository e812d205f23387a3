/** The page's icon with a number on it. */
const SIZE = 64;

/** @returns a data URL; null: the icon cannot be drawn */
export async function iconWith(page: Document, path: string, count: number): Promise<string | null> {
  const picture = await loaded(path);
  const canvas = page.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext("2d");
  if (picture === null || context === null) return null;
  context.drawImage(picture, 0, 0, SIZE, SIZE);
  drawCount(context, count > 99 ? "99" : `${count}`);
  return canvas.toDataURL("image/png");
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

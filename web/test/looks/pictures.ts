/** A picture and a sound, made here. */

export async function picture(width: number, height: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  if (context !== null) {
    const sky = context.createLinearGradient(0, 0, 0, height);
    for (const [at, colour] of [[0, "#1e1b4b"], [0.45, "#9d4edd"], [0.62, "#ff9e6d"], [0.66, "#274060"], [1, "#0b132b"]] as const) sky.addColorStop(at, colour);
    context.fillStyle = sky;
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#ffe8a3";
    context.beginPath();
    context.arc(width * 0.68, height * 0.55, height * 0.07, 0, 7);
    context.fill();
  }
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png"));
}

/** @param seconds of one tone, as WAV */
export function tone(seconds: number): Promise<Blob> {
  const rate = 8000;
  const bytes = new DataView(new ArrayBuffer(44 + seconds * rate));
  const text = (at: number, value: string): void => [...value].forEach((letter, index) => bytes.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  bytes.setUint32(4, 36 + seconds * rate, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, rate, true);
  bytes.setUint16(32, 1, true);
  bytes.setUint16(34, 8, true);
  text(36, "data");
  bytes.setUint32(40, seconds * rate, true);
  for (let at = 0; at < seconds * rate; at++) bytes.setUint8(44 + at, 128 + 60 * Math.sin((at / rate) * 440 * 6.28));
  return Promise.resolve(new Blob([bytes.buffer], { type: "audio/wav" }));
}

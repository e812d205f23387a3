/** Gives `blob` to the browser as a download under `filename`. */
export function saveAs(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
  // The download has begun by then; the browser holds what it reads.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

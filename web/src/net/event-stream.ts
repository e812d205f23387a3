/** Reads `text/event-stream`: HTML standard, "Parsing an event stream". */

export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Characters of one event: far above any envelope, and a bound. */
const maximumEvent = 4 * 1024 * 1024;

export class EventStreamParser {
  private readonly decoder = new TextDecoder();
  /** The part of a line that came before. */
  private line = "";
  private data: string[] = [];
  private size = 0;
  private event = "";
  private id = "";
  private afterCR = false;

  /** The events that `chunk` completes. @throws RangeError when one is too large */
  *feed(chunk: Uint8Array): Generator<StreamEvent, void, void> {
    let text = this.decoder.decode(chunk, { stream: true });
    if (text === "") return;
    if (this.afterCR && text.startsWith("\n")) text = text.slice(1);
    this.afterCR = text === "" ? false : text.endsWith("\r");
    const lines = text.split(/\r\n|\r|\n/);
    const last = lines.pop() ?? "";
    for (const part of lines) {
      const line = this.line + part;
      this.line = "";
      const event = this.take(line);
      if (event !== null) yield event;
    }
    this.line += last;
    this.bounded(this.line.length);
  }

  private take(line: string): StreamEvent | null {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") {
      this.data.push(value);
      this.size += value.length + 1;
      this.bounded(0);
    } else if (field === "event") {
      this.event = value;
    } else if (field === "id" && !value.includes("\0")) {
      this.id = value;
    }
    return null;
  }

  private dispatch(): StreamEvent | null {
    const { data, event, id } = this;
    this.data = [];
    this.size = 0;
    this.event = "";
    return data.length === 0 ? null : { id, event: event === "" ? "message" : event, data: data.join("\n") };
  }

  private bounded(more: number): void {
    if (this.size + more > maximumEvent) throw new RangeError("an event too large");
  }
}

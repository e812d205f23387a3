/** A short sound for a message, made here. A browser lets a page sound once somebody has touched it. */

/** Milliseconds between two: many messages at once are one sound. */
const PAUSE = 1500;

export class Sound {
  private context: AudioContext | null = null;
  private isTouched = false;
  private playedAt = 0;

  /** @param touched called once the page may make sounds */
  constructor(page: Pick<Window, "addEventListener" | "removeEventListener">, touched: () => void) {
    const first = (): void => {
      for (const kind of ["pointerdown", "keydown"]) page.removeEventListener(kind, first, true);
      this.isTouched = true;
      touched();
    };
    for (const kind of ["pointerdown", "keydown"]) page.addEventListener(kind, first, true);
  }

  get canPlay(): boolean { return this.isTouched; }

  /** Two tones of a quarter of a second. */
  play = (): void => {
    const now = Date.now();
    if (!this.isTouched || typeof AudioContext === "undefined" || Math.abs(now - this.playedAt) < PAUSE) return;
    this.playedAt = now;
    const context = (this.context ??= new AudioContext());
    void context.resume().then(() => {
      const begin = context.currentTime;
      tone(context, 880, begin);
      tone(context, 1318.5, begin + 0.09);
    }, () => undefined);
  };
}

function tone(context: AudioContext, frequency: number, at: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.08, at + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.22);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.25);
}

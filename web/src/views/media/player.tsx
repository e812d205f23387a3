import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../parts/button.js";
import { t } from "../texts/t.js";
import { formatDuration } from "./duration.js";

export interface PlayerProps {
  readonly kind: "audio" | "video";
  readonly url: string;
  readonly name: string;
  /** Shows a film large; not offered where it is large already. */
  readonly onEnlarge?: () => void;
}

/** A sound or a film with its controls: play, where it is, how long it is. */
export function Player({ kind, url, name, onEnlarge }: PlayerProps) {
  const media = useRef<HTMLAudioElement & HTMLVideoElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(NaN);
  const [isBroken, setBroken] = useState(false);
  // Before the browser tells of the next one: after it, a length or a failure that came at once would be forgotten again.
  useLayoutEffect(() => {
    setAt(0);
    setLength(NaN);
    setBroken(false);
  }, [url]);
  const toggle = (): void => {
    const element = media.current;
    if (element === null) return;
    if (element.paused) void element.play().catch(() => setBroken(true));
    else element.pause();
  };
  const events = {
    ref: media, src: url, preload: "metadata",
    onPlay: () => { pauseOthers(media.current); setPlaying(true); },
    onPause: () => setPlaying(false),
    onEnded: () => setPlaying(false),
    onTimeUpdate: () => setAt(media.current?.currentTime ?? 0),
    onDurationChange: () => setLength(media.current?.duration ?? NaN),
    onError: () => setBroken(true),
  } as const;
  return (
    <div class={`player player-${kind}`} role="group" aria-label={name}>
      {kind === "video"
        ? <video {...events} class="player-picture" playsInline onClick={toggle} />
        : <audio {...events} />}
      {isBroken ? <p class="player-broken">{t("media.cannotPlay", { name })}</p> : (
        <div class="player-controls">
          <IconButton icon={isPlaying ? "pause" : "play"} size="small" label={isPlaying ? t("media.pause") : t("media.play")} onClick={toggle} />
          <input class="player-track" type="range" min={0} max={Number.isFinite(length) ? length : 0} step={0.1} value={at}
            aria-label={t("media.position")} aria-valuetext={formatDuration(at)} style={{ "--played": `${length > 0 ? (100 * at) / length : 0}%` }}
            onInput={(event) => { if (media.current !== null) media.current.currentTime = event.currentTarget.valueAsNumber; }} />
          <span class="player-time">{formatDuration(at > 0 || isPlaying ? at : length)}</span>
          {onEnlarge !== undefined && kind === "video" && (
            <IconButton icon="zoomIn" size="small" label={t("media.enlarge")} onClick={() => { media.current?.pause(); onEnlarge(); }} />
          )}
        </div>
      )}
    </div>
  );
}

/** One at a time. */
function pauseOthers(playing: HTMLMediaElement | null): void {
  for (const other of document.querySelectorAll<HTMLMediaElement>("audio, video")) if (other !== playing) other.pause();
}

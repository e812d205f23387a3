/**
 * The picture of a key: four tiles of a plain shape each, in the colours of one family. It helps to tell people apart and
 * to notice that a key is another one; it proves nothing, which safety numbers are for.
 */

export interface AvatarDrawing {
  readonly ground: string;
  /** In a square of 64. */
  readonly shapes: readonly { readonly path: string; readonly fill: string }[];
}

/** Ground, and two colours that stand out from it and from each other, in both themes. */
const families: readonly (readonly [ground: string, strong: string, light: string])[] = [
  ["#4338ca", "#a5b4fc", "#fbbf24"], ["#0f766e", "#5eead4", "#fde68a"], ["#9d174d", "#f9a8d4", "#fdba74"],
  ["#1d4ed8", "#93c5fd", "#fca5a5"], ["#7e22ce", "#d8b4fe", "#6ee7b7"], ["#b45309", "#fde68a", "#7dd3fc"],
  ["#be123c", "#fecdd3", "#fcd34d"], ["#166534", "#86efac", "#fdba74"], ["#0e7490", "#a5f3fc", "#f9a8d4"],
  ["#6d28d9", "#c4b5fd", "#fda4af"], ["#334155", "#cbd5e1", "#5eead4"], ["#9a3412", "#fdba74", "#a5b4fc"],
];

/** Shapes in a tile of 32, at the tile's corner. */
const tiles: readonly string[] = [
  "m0 0h32a32 32 0 0 1-32 32z", "m32 0v32a32 32 0 0 1-32-32z", "m32 32h-32a32 32 0 0 1 32-32z", "m0 32v-32a32 32 0 0 1 32 32z",
  "m16 5a11 11 0 1 1 0 22 11 11 0 0 1 0-22z", "m0 0h32v32z", "m32 0v32h-32z", "m0 16a16 16 0 0 1 32 0z",
  "m0 16a16 16 0 0 0 32 0z", "m16 0a16 16 0 0 0 0 32z", "m16 0a16 16 0 0 1 0 32z", "m16 2l14 14-14 14-14-14z",
];

// A list of hundreds shows the same few people again and again.
const drawn = new Map<string, AvatarDrawing>();

export function avatarOf(seed: string): AvatarDrawing {
  let drawing = drawn.get(seed);
  if (drawing === undefined) {
    if (drawn.size > 500) drawn.clear();
    drawn.set(seed, (drawing = draw(seed)));
  }
  return drawing;
}

function draw(seed: string): AvatarDrawing {
  const next = numbers(seed);
  const [ground, strong, light] = families[next() % families.length] ?? ["#4338ca", "#a5b4fc", "#fbbf24"];
  // One tile has the colour that catches the eye.
  const accent = next() % 4;
  const shapes = [0, 1, 2, 3].map((at) => ({
    path: `M${32 * (at % 2)} ${32 * Math.floor(at / 2)}${tiles[next() % tiles.length] ?? ""}`,
    fill: at === accent ? light : strong,
  }));
  return { ground, shapes };
}

/** Numbers that depend on all of the seed: FNV-1a, then xorshift. For looks, not for secrets. */
function numbers(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  state = state >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state >>> 8;
  };
}

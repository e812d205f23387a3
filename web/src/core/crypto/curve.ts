import type { Bytes } from "../bytes";

/**
 * The little of Curve25519's arithmetic that WebCrypto does not offer: is a public key one that can be trusted, and
 * what is its X25519 form. Only public keys go through here, so constant time is not needed.
 *
 * Source: RFC 8032, sections 5.1 and 5.1.3; RFC 7748, section 4.1.
 */
const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = mod(-121665n * power(121666n, p - 2n));
const sqrtOfMinusOne = power(2n, (p - 1n) / 4n);

/** Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

/**
 * The X25519 public key of an Ed25519 public key, by the birational map u = (1+y)/(1−y).
 *
 * Null for a key that is not canonical, not on the curve, or not in the subgroup of prime order: under those of small
 * order WebCrypto takes signatures that anybody can make, and two others would be two names for one key.
 */
export function montgomeryOf(publicKey: Uint8Array): Bytes | null {
  if (publicKey.length !== 32) return null;
  const encoded = littleEndian(publicKey);
  const y = encoded & (2n ** 255n - 1n);
  if (y >= p || y === 1n) return null;
  const x = recoverX(y, encoded >> 255n);
  if (x === null || !isIdentity(multiplyByOrder({ X: x, Y: y, Z: 1n, T: mod(x * y) }))) return null;
  return bytesOf(mod((1n + y) * power(mod(1n - y), p - 2n)));
}

/** Whether 32 bytes, little-endian, are below the group's order: the canonical half of a signature. */
export function isCanonicalScalar(scalar: Uint8Array): boolean {
  return littleEndian(scalar) < order;
}

const smallOrderY = [0n, 1n, p - 1n, p, p + 1n, ...pointsOfOrder8()];

/** Whether 32 bytes encode one of the eight points of small order, canonically or not. */
export function hasSmallOrder(encoded: Uint8Array): boolean {
  return smallOrderY.includes(littleEndian(encoded) & (2n ** 255n - 1n));
}

/**
 * The two y of the points of order 8. Their double has order 4, so y = 0: that is y² + x² = 0, and with the curve's
 * equation −x² + y² = 1 + dx²y² it becomes dy⁴ + 2y² − 1 = 0.
 */
function pointsOfOrder8(): bigint[] {
  const root = squareRoot(mod(1n + d)) ?? 0n;
  return [root - 1n, -root - 1n].flatMap((numerator) => {
    const y = squareRoot(mod(numerator * inverse(d)));
    return y === null ? [] : [y, mod(-y)];
  });
}

function recoverX(y: bigint, sign: bigint): bigint | null {
  const x = squareRoot(mod((y * y - 1n) * inverse(mod(d * y * y + 1n))));
  if (x === null || (x === 0n && sign === 1n)) return null;
  return (x & 1n) === sign ? x : mod(-x);
}

/** A square root of `square`; null when it has none. Source: RFC 8032, section 5.1.3 (p = 5 mod 8). */
function squareRoot(square: bigint): bigint | null {
  const candidate = power(square, (p + 3n) / 8n);
  for (const root of [candidate, mod(candidate * sqrtOfMinusOne)]) if (mod(root * root) === square) return root;
  return null;
}

function multiplyByOrder(point: Point): Point {
  let result = point;
  for (let bit = 251n; bit >= 0n; bit--) {
    result = add(result, result);
    if ((order >> bit) & 1n) result = add(result, point);
  }
  return result;
}

/** Complete addition: good for doubling and for the identity too. Source: RFC 8032, section 5.1.4. */
function add(left: Point, right: Point): Point {
  const a = mod((left.Y - left.X) * (right.Y - right.X));
  const b = mod((left.Y + left.X) * (right.Y + right.X));
  const c = mod(2n * mod(left.T * right.T) * d);
  const z = mod(2n * left.Z * right.Z);
  const [e, f, g, h] = [b - a, z - c, z + c, b + a];
  return { X: mod(e * f), Y: mod(g * h), Z: mod(f * g), T: mod(e * h) };
}

function isIdentity(point: Point): boolean {
  return point.X === 0n && point.Y === point.Z;
}

function mod(value: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

function inverse(value: bigint): bigint {
  return power(value, p - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function littleEndian(bytes: Uint8Array): bigint {
  let hex = "0x0";
  for (let index = bytes.length - 1; index >= 0; index--) hex += (bytes[index] ?? 0).toString(16).padStart(2, "0");
  return BigInt(hex);
}

function bytesOf(number: bigint): Bytes {
  const bytes = new Uint8Array(32);
  for (let index = 0; index < 32; index++) bytes[index] = Number((number >> BigInt(8 * index)) & 255n);
  return bytes;
}

import type { DeviceCapability } from "./body";
import type { Primary } from "../identity/primary";
import { compareTimestamps, type Timestamp } from "../timestamp";

/** A key that speaks for an identity beside its primary. */
export interface Device {
  readonly key: Primary;
  readonly name: string;
  readonly capabilities: ReadonlySet<DeviceCapability>;
  /** The `seq` of the link that added it, and of the one that revoked it. */
  readonly addedAt: number;
  readonly revokedAt: number | null;
  readonly expiresAt: Timestamp | null;
}

/** Whether it may act in a link of that time: not revoked so far, and not expired. */
export function isActive(device: Device, time: Timestamp): boolean {
  return device.revokedAt === null && (device.expiresAt === null || compareTimestamps(time, device.expiresAt) < 0);
}

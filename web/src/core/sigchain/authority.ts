import { type LinkBody, readLinkBody } from "./body";
import type { Sigchain } from "./chain";
import { type Device, isActive } from "./device";
import type { SigchainLink } from "./link";
import { KezError } from "../errors";
import { parsePrimary } from "../identity/primary";
import { parse } from "../json/members";

/**
 * Who may add which link at the end of a chain, and what a link of a known kind must look like.
 *
 * Authority comes before shape (403 before 400), except that what a device gives away or revokes can only be judged
 * once it can be read.
 *
 * @returns the link's body
 * @throws KezError `not_authorised` or `bad_link`
 * Source: protocol, section 7.
 */
export function authorise(chain: Sigchain, link: SigchainLink): LinkBody {
  if (link.signer === chain.primary) return checkedRevocation(chain, readLinkBody(link.kind, link.body));
  const signer = chain.devices.get(link.signer);
  if (!signer || !isActive(signer, link.createdAt)) throw new KezError("not_authorised");
  switch (link.kind) {
    case "profile":
    case "proof":
      if (!signer.capabilities.has("profile")) throw new KezError("not_authorised");
      return readLinkBody(link.kind, link.body);
    case "device_add":
      return authoriseAddition(link, signer);
    case "device_revoke":
      return authoriseRevocation(chain, link, signer);
    default:
      throw new KezError("not_authorised");
  }
}

function authoriseAddition(link: SigchainLink, signer: Device): LinkBody {
  if (!signer.capabilities.has("link")) throw new KezError("not_authorised");
  const body = readLinkBody(link.kind, link.body);
  if (body.kind === "device_add") {
    for (const capability of body.addition.capabilities) {
      if (!signer.capabilities.has(capability)) {
        throw new KezError("not_authorised", "A device cannot give another one more than it may do itself.");
      }
    }
  }
  return body;
}

/** A device revokes itself, or, if it can `link`, a device that was added after it. */
function authoriseRevocation(chain: Sigchain, link: SigchainLink, signer: Device): LinkBody {
  const member = link.body.get("device");
  const target = member && parse(member, parsePrimary);
  if (target !== signer.key) {
    if (!signer.capabilities.has("link")) throw new KezError("not_authorised");
    const device = target && chain.devices.get(target);
    if (device && device.addedAt < signer.addedAt) {
      throw new KezError("not_authorised", "A device cannot revoke one that was added before it.");
    }
  }
  return checkedRevocation(chain, readLinkBody(link.kind, link.body));
}

function checkedRevocation(chain: Sigchain, body: LinkBody): LinkBody {
  if (body.kind === "device_revoke" && chain.devices.get(body.device)?.revokedAt !== null) {
    throw new KezError("bad_link", "There is no such device to revoke.");
  }
  return body;
}

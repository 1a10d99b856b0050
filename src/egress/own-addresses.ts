import { networkInterfaces } from "node:os";
import { type Address, addressOf, isUnspecified } from "../model/address.ts";

/** Where one of the gateway's own listeners listens, as the system tells it: a real port, an address. */
export interface OwnAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * Whether an address and port are one of the gateway's own listeners. One that listens everywhere (`0.0.0.0`, `::`) is
 * reached by every address of this machine.
 */
export function isOwn(address: Address, port: number, own: readonly OwnAddress[]): boolean {
  return own.some((listener) => {
    if (listener.port !== port) return false;
    const listening = addressOf(listener.address);
    if (listening === null) return false;
    return isUnspecified(listening)
      ? isOfThisMachine(address)
      : listening.toString() === address.toString();
  });
}

function isOfThisMachine(address: Address): boolean {
  if (address.range() === "loopback") return true;
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.some((one) => addressOf(one.address)?.toString() === address.toString());
}

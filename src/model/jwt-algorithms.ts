import type { KeyObject } from "node:crypto";

const CURVES: Readonly<Record<string, string>> = {
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
};

/** Whether a public key can verify what is signed with an algorithm (RFC 7518, sections 3.3 to 3.5; RFC 8037). */
export function goesWith(algorithm: string, key: KeyObject): boolean {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (/^[RP]S/.test(algorithm)) return key.asymmetricKeyType === "rsa" && modulusLength >= 2048;
  if (algorithm.startsWith("Ed")) return key.asymmetricKeyType === "ed25519";
  return key.asymmetricKeyType === "ec" && namedCurve === CURVES[algorithm];
}

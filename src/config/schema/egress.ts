import ipaddr from "ipaddr.js";
import { z } from "zod";
import { list } from "./field-types.ts";

const rule = z.string().refine(isEgressRule, {
  error:
    "should be a host, host:port, *.host or a CIDR: api.example.com:443, *.example.com, 10.0.0.0/8",
});

function isEgressRule(text: string): boolean {
  if (text.includes("/")) return ipaddr.isValidCIDR(text);
  if (ipaddr.isValid(text.replace(/^\[|\]$/g, ""))) return true;
  const [, port = "0"] = /:(\d+)$/.exec(text) ?? [];
  const host = text.replace(/:\d+$/, "");
  return Number(port) <= 65_535 && (HOST.test(host) || /^\[[0-9a-f:.]+\]$/i.test(host));
}

const HOST = /^(\*\.)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i;

/** `egress:`, where `request` steps may go. See docs/configuration.md, "Where `request` steps may go". */
export const egress = z.strictObject({ allow: list(rule), deny: list(rule) });

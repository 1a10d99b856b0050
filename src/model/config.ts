import type { Collection, Route } from "./action.ts";
import type { ApiFacts } from "./upstream-api.ts";
import type { RunStatus } from "./run.ts";
import type { Workflow } from "./workflow.ts";

/** gateway.yaml, checked, with every default filled in, and frozen. Durations in milliseconds, sizes in bytes. */
export interface Config {
  /** Absolute path of the file. */
  readonly file: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly admin: AdminConfig;
  readonly upstream: UpstreamConfig;
  readonly identity: IdentityConfig;
  readonly unknownKeys: "skip" | "reject";
  readonly collections: Readonly<Record<string, Collection>>;
  readonly routes: readonly Route[];
  /** More names of secret fields. */
  readonly redact: readonly string[];
  /** Absolute: `sqlite:/srv/data/sidehook.db`. */
  readonly store: { readonly url: string };
  readonly runs: {
    readonly concurrency: number;
    readonly retention: number;
    readonly keep: readonly RunStatus[];
  };
  readonly limits: Limits;
  readonly egress: EgressConfig;
  readonly log: {
    readonly level: "debug" | "info" | "warn" | "error";
    readonly format: "auto" | "pretty" | "json";
  };
  /** In the order of the configuration. */
  readonly workflows: readonly Workflow[];
  /** Names of the environment variables that expressions read as `secrets.NAME`. */
  readonly secrets: readonly string[];
}

/** The admin port. */
export interface AdminConfig {
  readonly host: string;
  readonly port: number;
  /** Name → password. */
  readonly users: Readonly<Record<string, string>>;
}

/** The API behind. */
export interface UpstreamConfig {
  /** Origin and path, no trailing slash. */
  readonly url: string;
  /** The preset with its overrides applied. `prefix` is the one in force: `/`, `/api`. */
  readonly api: ApiFacts;
  readonly timeout: number;
  readonly caseSensitive: boolean;
  /** Sent by steps that call the upstream as the service. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How the caller is known. */
export type IdentityConfig =
  | { readonly kind: "none" }
  | ({ readonly kind: "jwt"; readonly anonymous: boolean } & JwtConfig)
  | ({ readonly kind: "introspect"; readonly anonymous: boolean } & IntrospectConfig);

/** Verifies the caller's token here. Exactly one of `secret`, `publicKey` and `jwks` is set. */
export interface JwtConfig {
  readonly secret: string | null;
  /** PEM (SPKI or certificate). */
  readonly publicKey: string | null;
  /** URL of a key set. */
  readonly jwks: string | null;
  readonly algorithms: readonly string[];
  readonly issuer: string | null;
  readonly audience: string | null;
  /** Claim that holds the roles: a name, or a dotted path to one. A list, or one text. */
  readonly rolesClaim: string | null;
}

/** Asks the upstream who the caller is. */
export interface IntrospectConfig {
  /** Path on the upstream, under the path of `upstream.url`. */
  readonly path: string;
  /** JSON pointer to the user in its answer; empty: the whole. */
  readonly user: string;
  /** JSON pointer to the roles; null: unknown. Texts, or objects with a `name`. */
  readonly roles: string | null;
  /** How long an answer is believed. */
  readonly cache: number;
}

/** Bounds on what comes from outside. */
export interface Limits {
  readonly body: number;
  readonly depth: number;
  readonly loop: number;
  readonly headers: number;
  readonly result: number;
  readonly response: number;
  readonly rows: number;
}

/** Where `request` steps may go. Each rule is `host`, `host:port`, `*.host` or a CIDR. */
export interface EgressConfig {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

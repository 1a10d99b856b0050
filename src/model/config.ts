import type { Collection, Route } from "./action.ts";
import type { DatabaseConfig } from "./databases.ts";
import type { StepTypes } from "./step-type.ts";
import type { MailConfig } from "./mail.ts";
import type { ApiFacts } from "./upstream-api.ts";
import type { Problem } from "./position.ts";
import type { RunStatus } from "./run.ts";
import type { Sources } from "./sources.ts";
import type { ProgramLanguage } from "./program.ts";
import type { Workflow } from "./workflow.ts";

/** gateway.yaml, checked, with every default filled in, and frozen. Durations in milliseconds, sizes in bytes. */
export interface Config {
  /** The file as the user named it. */
  readonly name: string;
  /** Absolute path of the file. */
  readonly file: string;
  /** SHA-256 of all files that it was read from, hex. */
  readonly hash: string;
  readonly sources: Sources;
  readonly listen: ListenConfig;
  readonly admin: AdminConfig;
  readonly upstream: UpstreamConfig;
  readonly identity: IdentityConfig;
  readonly unknownKeys: "skip" | "reject";
  readonly collections: Readonly<Record<string, Collection>>;
  readonly routes: readonly Route[];
  /** Paths that are answered 403, in Express syntax. */
  readonly closed: readonly string[];
  /** More names of secret fields. */
  readonly redact: readonly string[];
  readonly store: {
    /** Absolute: `sqlite:/srv/data/sidehook.db`. */
    readonly url: string;
    /** The first seals, all open; `[]`: a file beside the SQLite file holds it. */
    readonly key: readonly string[];
  };
  readonly runs: {
    readonly concurrency: number;
    readonly retention: number;
    readonly keep: readonly RunStatus[];
  };
  readonly limits: Limits;
  readonly egress: EgressConfig;
  readonly databases: Readonly<Record<string, DatabaseConfig>>;
  /** Null: there is none. */
  readonly mail: MailConfig | null;
  readonly log: {
    readonly level: "debug" | "info" | "warn" | "error";
    readonly format: "auto" | "pretty" | "json";
  };
  /** Read when the process starts, not when it reloads. */
  readonly telemetry: {
    /** Absolute path of a module that registers an OpenTelemetry SDK. */
    readonly module: string | null;
    /** Handed to the module: where its SDK sends spans. */
    readonly endpoint: string | null;
  };
  /** Ours, and those of `plugins`. */
  readonly stepTypes: StepTypes;
  /** In the order of the configuration. */
  readonly workflows: readonly Workflow[];
  /** The languages of the programs in its steps. */
  readonly languages: readonly ProgramLanguage[];
  /** Names of the environment variables that expressions read as `secrets.NAME`. */
  readonly secrets: readonly string[];
  /** Possible mistakes. They are told, and the configuration is served all the same. By file and place. */
  readonly warnings: readonly Problem[];
}

/** The port that clients reach. */
export interface ListenConfig {
  /** Where clients reach it, without a slash at the end; null: where it listens. */
  readonly publicUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly timeouts: Timeouts;
  /** How many connections are served at once; others wait. */
  readonly connections: number;
}

/** How long a client may take, in milliseconds. */
export interface Timeouts {
  /** Until the head of a request is whole. */
  readonly head: number;
  /** From one byte of a body that is read to the next. */
  readonly body: number;
  /** From one request on a connection to the next. */
  readonly idle: number;
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
  /** Origin and path, no trailing slash; or `unix:` and the absolute path of a socket. See `upstreamAddress`. */
  readonly url: string;
  /** The preset with its overrides applied. `prefix` is the one in force: `/`, `/api`. */
  readonly api: ApiFacts;
  readonly timeout: number;
  readonly caseSensitive: boolean;
  /** Whose `Host` it is sent. */
  readonly host: "upstream" | "client";
  /** Whether addresses of its own origin are given as the client knows them. */
  readonly rewriteLocation: boolean;
  readonly tls: UpstreamTls;
  /** Names, in lower case, of clients' headers that are forwarded though servers may read a path or a method from them. */
  readonly keepHeaders: readonly string[];
  /** The absolute path of its OpenAPI document. */
  readonly openapi: string | null;
  /** Sent by steps that call the upstream as the service. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How an upstream that speaks https is trusted, and trusts us. PEM texts; null: not given. */
export interface UpstreamTls {
  /** Trusted in place of the authorities that Node brings. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** The name that its certificate is to be for. */
  readonly servername: string | null;
}

/** How the caller is known. */
export type IdentityConfig = { readonly kind: "none" } | KnownIdentity | readonly KnownIdentity[];

/** One way to know a caller. `anonymous`: callers without a credential are let through. */
export type KnownIdentity =
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
  /** JSON pointer to the role that the caller acts in; null: it is not told. A text, or an object with a `name`. */
  readonly currentRole: string | null;
  /** Headers of its answer that the client gets too, beside those that are known to renew a session. In lower case. */
  readonly pass: readonly string[];
  /** How long an answer is believed. */
  readonly cache: number;
}

/** Bounds on what comes from outside. */
export interface Limits {
  readonly body: number;
  readonly depth: number;
  readonly loop: number;
  /** Steps of one run. */
  readonly steps: number;
  /** The most that one evaluation of an expression may cost. */
  readonly expression: number;
  readonly headers: number;
  readonly result: number;
  /** The size of the record of one run. */
  readonly record: number;
  readonly response: number;
  readonly rows: number;
}

/** Where `request` steps may go. Each rule is `host`, `host:port`, `*.host` or a CIDR. */
export interface EgressConfig {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

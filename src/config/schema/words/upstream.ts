/** What the keys of the upstream and its callers mean, in Markdown, by path. */
export const upstreamWords: Readonly<Record<string, string>> = {
  closed: "Paths that answer 403, in Express path syntax, from the root of the client's path.",
  collections: "Only collections that differ from the defaults need to stand here.",
  "collections.<name>.associations":
    "Its to-one fields that lead to a record of another collection.",
  "collections.<name>.associations.<name>.collection": "Where the field leads.",
  "collections.<name>.associations.<name>.foreignKey": "The field with the key of that record.",
  "collections.<name>.primaryKey":
    "The field with the record key: `id`, or what the fact `primaryKey` says.",
  "collections.<name>.schema": "The JSON Schema of its records. See Types.",
  identity:
    "How the caller is known. `none` must be written out when a workflow has steps that act.",
  "identity.anonymous": "Lets callers without a credential through, with a null user.",
  "identity.introspect": "The upstream is asked, with the caller's own credential.",
  "identity.introspect.cache": "How long an answer is believed.",
  "identity.introspect.currentRole": "JSON pointer to the role that the caller acts in.",
  "identity.introspect.pass":
    "Headers of its answer that the client gets too, beside `x-new-token` and `Set-Cookie`.",
  "identity.introspect.path":
    "The path of the upstream that is asked who the caller is, with the caller's own credential.",
  "identity.introspect.roles": "JSON pointer to the roles in its answer.",
  "identity.introspect.user": "JSON pointer to the user in its answer; empty: the whole.",
  "identity.jwt": "A token that is verified here.",
  "identity.jwt.algorithms": "Which algorithms are accepted: `[RS256]`. They must go with the key.",
  "identity.jwt.audience": "Whom the token must be for.",
  "identity.jwt.issuer": "Who must have issued the token.",
  "identity.jwt.jwks": "The URL of a key set.",
  "identity.jwt.publicKey": "A public key or a certificate in PEM.",
  "identity.jwt.rolesClaim": "The claim with the caller's roles; may be a dotted path.",
  "identity.jwt.secret": "An HMAC secret.",
  routes:
    "Paths of the upstream that are an action too; they come before the forms of the API. They count from the root of the client's path.",
  "routes[].action": "The action that the request does.",
  "routes[].collection": "The collection that the request is about.",
  "routes[].method": "`GET`, `POST`, `PUT`, `PATCH` or `DELETE`.",
  "routes[].path": "In Express path syntax; `:key` is the record key: `/v2/articles/:key/publish`.",
  upstream: "The API that the gateway stands in front of.",
  "upstream.api":
    "How it is spoken to: `rest`, `nocobase`, `directus`, `strapi`, `postgrest`, `parse`, or a preset with other facts, see below.",
  "upstream.api.preset":
    "`rest`, `nocobase`, `directus`, `strapi`, `postgrest` or `parse`. Beside it, single facts: `{ preset: rest, update: PUT, record: /result }`.",
  "upstream.caseSensitive":
    "Whether it tells `/posts` and `/POSTS` apart. If not, guards match without regard to case.",
  "upstream.headers": "Sent by steps that call it as the service: name → value.",
  "upstream.host": "Which `Host` the upstream is sent: its own, or the `client`'s.",
  "upstream.keepHeaders":
    "Clients' headers that are forwarded though servers may read a path from them: `[X-Forwarded-Prefix]`.",
  "upstream.openapi": "Its OpenAPI document, 3.0 or 3.1, a file (JSON or YAML). See Types.",
  "upstream.prefix":
    "Where collections live, on both sides: in the client's path, and after the path of `upstream.url`.",
  "upstream.rewriteLocation":
    "Whether `Location` and `Content-Location` that begin with its own origin are given with the one that the client knows.",
  "upstream.timeout": "How long the headers of its answer may take. Then 504.",
  "upstream.tls": "How it is spoken to where its address is `https`.",
  "upstream.tls.ca": "The authorities that its certificate may be from: PEM text, or a file.",
  "upstream.tls.cert": "The certificate that it is shown, with `key`: PEM text, or a file.",
  "upstream.tls.key": "The private key of `cert`, not encrypted: PEM text, or a file.",
  "upstream.tls.servername": "The name that its certificate is to be for.",
  "upstream.url":
    "The API behind: `http` or `https`, an origin and maybe a path; or a Unix socket: `unix:/run/api.sock`.",
};

/** What the keys of the gateway itself mean, in Markdown, by path. */
export const gatewayWords: Readonly<Record<string, string>> = {
  admin: "The port for operators: what ran, health, metrics.",
  "admin.host": "The address of the admin port. Off loopback, `admin.users` is required.",
  "admin.port": "Its port. 0: any free one, which is printed.",
  "admin.users": "Who may sign in there with basic auth: name → password. See Operation.",
  databases: "Name → database.",
  "databases.<name>.client":
    "`sqlite`, `pg`, or `mysql2` (MySQL and MariaDB). The names that knex has for them are taken too.",
  "databases.<name>.connection":
    "A URL, or the settings of the driver. For SQLite a file, relative to this one, or `{ filename }`.",
  egress: "Where steps may send requests.",
  "egress.allow":
    "Hosts that an expression may compute: `host`, `host:port`, `*.host` or a CIDR. A host that is written out needs no rule.",
  "egress.deny": "Hosts that are never reached. It wins over `egress.allow`.",
  include: 'More files with `workflows:`, and nothing else: `["workflows/*.yaml"]`.',
  limits: "What a request, a run or a step may use at most.",
  "limits.body":
    "The body of a request that a workflow looks at, counted after decompression. Over it: 413.",
  "limits.depth":
    "How deep workflows may cause workflows, by requests that they send. Over it: 508.",
  "limits.expression":
    "The cost of one expression: each part of it that is evaluated (in a macro, once for each element), each element that is visited and each character that is made count one. Over it the step errs with `EXPRESSION_LIMIT`.",
  "limits.headers":
    "The head of a request. Over it: 431. The headers that a workflow sets on one message have the same bound; over it the step errs.",
  "limits.loop": "Turns of a `loop`. Over it the step errs before it starts.",
  "limits.record":
    "The size of the record of one run: its trigger, its steps, messages, variables and notes. Over it the run errs with `RECORD_LIMIT`.",
  "limits.response": "An answer that a step or a workflow reads.",
  "limits.result": "The result of a step. Over it the step errs.",
  "limits.rows":
    "Records that a step reads to filter or sort them itself, where the upstream can't. Over it the step errs.",
  "limits.steps":
    "Attempts of steps that one run makes. Over it the run errs with `STEPS_LIMIT`. A subflow that is waited for in its place counts with its parent.",
  listen: "The port that clients reach, in place of the upstream.",
  "listen.connections": "How many connections are served at once; others wait. See Operation.",
  "listen.host": "The address that clients reach.",
  "listen.port": "Its port. 0: any free one, which is printed.",
  "listen.publicUrl":
    "Where clients reach the gateway: the beginning of what `resumeUrl` gives, before `prefix`.",
  "listen.timeouts": "How long clients may take.",
  "listen.timeouts.body":
    "How long a body that is read may bring no byte. Then 408. A body that is only passed through may take its time.",
  "listen.timeouts.head":
    "How long the head of a request may take to be whole. Then 408. The admin port too.",
  "listen.timeouts.idle":
    "How long a connection may stay open between two requests. The admin port too.",
  log: "What is logged, and how.",
  "log.format": "`pretty`, `json`, or `auto`: pretty on a terminal, else JSON.",
  "log.level": "`debug`, `info`, `warn` or `error`.",
  mail: "The mail server of `mail` steps.",
  "mail.from": "The sender where a step names none: `Shop <shop@example.com>`.",
  "mail.host": "The server.",
  "mail.password": "`${SMTP_PASSWORD}`. It never gets into an error, the log or the history.",
  "mail.port": "Its port.",
  "mail.secure": "TLS from the beginning.",
  "mail.startTls":
    "Whether a connection without `secure` goes on in TLS: `required`, `offered` (where the server offers it), or `never`.",
  "mail.timeout": "How long the server may take to be connected to, to greet, and to say anything.",
  "mail.tls": "How the server is known.",
  "mail.tls.ca": "The authorities that its certificate may be from: PEM text, or a file.",
  "mail.tls.cert": "The certificate that it is shown, with `key`: PEM text, or a file.",
  "mail.tls.key": "The private key of `cert`, not encrypted: PEM text, or a file.",
  "mail.tls.servername": "The name that its certificate is to be for.",
  "mail.url":
    "`smtp://user:password@host:587`, or `smtps://` for TLS from the beginning. In place of the five keys below.",
  "mail.user": "Who logs in. Needs `password`.",
  plugins:
    "Modules with step types of your own, as paths (`./steps/slack.js`) or packages. See Plugins.",
  redact: "More names of secret fields, beside those that are known.",
  runs: "Queued runs, and how long runs are kept.",
  "runs.concurrency": "How many asynchronous runs work at the same time.",
  "runs.keep": "Statuses of runs that are kept for ever: `[failed, errored]`.",
  "runs.retention": "How long a run is kept after its end.",
  store: "The history and the queue.",
  "store.key":
    "The key that secrets of queued runs are sealed with: 32 random bytes as base64 or hex (`openssl rand -base64 32`), or a passphrase of 8 characters or more. A list: the first seals, all open. Required with `postgres://`; without it, a SQLite store has a file `<database>.key`.",
  "store.url":
    "The file of the history: the file and its folder are created, and one process owns it. Or `postgres://user:password@host:5432/name`, for several instances.",
  telemetry: "Traces by OpenTelemetry.",
  "telemetry.endpoint":
    "Handed to that module: where its SDK sends spans, such as `http://127.0.0.1:4318`.",
  "telemetry.module":
    "A file that registers an OpenTelemetry SDK. Loaded before the gateway starts.",
  unknownKeys:
    "`skip`: a key whose workflow can't run is left out. `reject`: the request that names it is answered 400.",
  workflows: "Key → workflow. A key is letters, digits, `_` and `-`. See Workflows.",
};

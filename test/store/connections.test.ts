import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Client } from "pg";
import { StoreUnusable } from "../../src/store/unusable.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { emptyPostgresPlace } from "../support/postgres-place.ts";
import type { StorePlace } from "../support/store-contract.ts";
import { aNewRun } from "../support/runs.ts";
import { triedAgain } from "../support/tried-again.ts";

const authority = fileURLToPath(new URL("../support/certificates/authority.crt", import.meta.url));

onPostgres("a store on Postgres", (server) => {
  let place: StorePlace;
  beforeEach(async () => (place = await emptyPostgresPlace(server)));
  afterEach(() => place.remove());

  /** The URL with other parts. */
  const urlWith = (parts: Partial<URL>, search = "") =>
    Object.assign(new URL(place.url), parts, { search }).href;
  const does = async (sql: string) => {
    const client = new Client(place.url);
    await client.connect();
    try {
      return (await triedAgain(() => client.query<Record<string, unknown>>(sql))).rows;
    } finally {
      await client.end();
    }
  };

  /** Opens it, and has a run accepted and claimed. */
  async function works(url: string): Promise<void> {
    const store = await place.open({ url });
    try {
      await store.queue.accept([aNewRun()]);
      expect(await store.queue.claim(1)).to.have.length(1);
    } finally {
      await store.close();
    }
  }

  it("needs no other rights than connect and create on the database, and create on its schema public", async () => {
    const name = new URL(place.url).pathname.slice(1);
    const role = `role_of_${name}`;
    await does(`create role ${role} login`);
    try {
      await does(`revoke all on database ${name} from public`);
      await does(`grant connect, create on database ${name} to ${role}`);
      await does(`grant create on schema public to ${role}`);
      await works(urlWith({ username: role }));
      const [schema] = await does("select to_regnamespace('graphile_worker') is not null as made");
      expect(schema).to.deep.equal({ made: true });
    } finally {
      await does(`drop owned by ${role} cascade; drop role ${role}`);
    }
  });

  it("does queued runs without the right to create the schema of graphile-worker", async () => {
    const name = new URL(place.url).pathname.slice(1);
    const role = `role_of_${name}`;
    await does(`create role ${role} login`);
    try {
      await does(`grant connect on database ${name} to ${role}`);
      await does(`grant create on schema public to ${role}`);
      await works(urlWith({ username: role }));
      const [schema] = await does("select to_regnamespace('graphile_worker') is not null as made");
      expect(schema).to.deep.equal({ made: false });
    } finally {
      await does(`drop owned by ${role} cascade; drop role ${role}`);
    }
  });

  for (const mode of ["verify-full", "verify-ca", "require"]) {
    it(`is encrypted on all connections with sslmode=${mode}, and takes the certificate of an authority that is named`, async () => {
      const url = urlWith({}, `sslmode=${mode}&sslrootcert=${authority}`);
      const store = await place.open({ url });
      try {
        await store.list({ limit: 1 });
        const own = await does(
          `select ssl, count(*)::int as connections from pg_stat_ssl join pg_stat_activity using (pid)
             where datname = current_database() and pid <> pg_backend_pid() group by ssl`,
        );
        expect(own.map(({ ssl }) => ssl)).to.deep.equal([true]);
        expect(own[0]?.["connections"]).to.be.at.least(3);
        await store.queue.accept([aNewRun()]);
        expect(await store.queue.claim(1)).to.have.length(1);
      } finally {
        await store.close();
      }
    });

    it(`refuses the certificate of an authority that is not known with sslmode=${mode}`, async () => {
      const error = await works(urlWith({}, `sslmode=${mode}`)).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(StoreUnusable);
      expect((error as Error).message).to.match(/certificate/);
      expect((error as Error).message).to.not.include("secret-of-the-test");
    });
  }

  it("is not encrypted without sslmode", async () => {
    const store = await place.open({});
    try {
      const own = await does(
        `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid)
           where datname = current_database() and pid <> pg_backend_pid()`,
      );
      expect(own).to.deep.equal([{ ssl: false }]);
    } finally {
      await store.close();
    }
  });
});

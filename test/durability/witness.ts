import { Client } from "pg";
import { triedAgain } from "../support/tried-again.ts";

/** A witness in the database, who sees each write and whose it is, whatever the gateways think. */
export interface Witness {
  /** Writes to a run by an instance whose claim was over: `<run>: <what it wrote>`. */
  stale(): Promise<string[]>;
  /** Runs that were claimed while another claim was not over. */
  together(): Promise<string[]>;
}

/**
 * Sets triggers on the tables of a database. They tell instances apart by their `application_name`, so that each must have
 * one of its own. All runs must be async ones.
 */
export async function watchWrites(url: string): Promise<Witness> {
  const client = new Client(url);
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(FUNCTIONS);
    // One after another, since each waits for whoever writes to its table.
    for (const trigger of TRIGGERS) await triedAgain(() => client.query(trigger));
  } finally {
    await client.end();
  }
  const flaws = async (kind: string) => {
    const reader = new Client(url);
    await reader.connect();
    try {
      const text = "select flaw from witness.flaws where kind = $1";
      const { rows } = await reader.query<{ flaw: string }>(text, [kind]);
      return rows.map(({ flaw }) => flaw);
    } finally {
      await reader.end();
    }
  };
  return { stale: () => flaws("stale"), together: () => flaws("together") };
}

/** Who has a run is whoever claimed it last. */
const FUNCTIONS = `
create schema witness;
create table witness.owners (run text primary key, owner text not null);
create table witness.flaws (kind text not null, flaw text not null);

create function witness.must_own(run_id text, what text) returns void language sql as $$
  insert into witness.flaws
  select 'stale', run_id || ': ' || what
  where not exists (select 1 from witness.owners where run = run_id and owner = current_setting('application_name'))
$$;

create function witness.see_queue() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform witness.must_own(old.run, 'its end');
    delete from witness.owners where run = old.run;
  elsif new.instance is not null then
    if tg_op = 'UPDATE' and old.instance is not null and new.fence > old.fence then
      insert into witness.flaws values ('together', new.run);
    end if;
    insert into witness.owners values (new.run, current_setting('application_name'))
    on conflict (run) do update set owner = excluded.owner;
  elsif tg_op = 'UPDATE' and old.instance is not null then
    -- One that waits gives up its claim itself; one that is in the line again was given back by whoever found it.
    if new.ready_at is null then perform witness.must_own(new.run, 'a wait'); end if;
    delete from witness.owners where run = new.run;
  end if;
  return null;
end $$;

create function witness.see_step() returns trigger language plpgsql as $$
begin
  perform witness.must_own(new.run, 'step ' || new.path);
  return null;
end $$;

create function witness.see_note() returns trigger language plpgsql as $$
begin
  perform witness.must_own(new.run, 'note ' || new.path || ' ' || new.name);
  return null;
end $$;

create function witness.see_run() returns trigger language plpgsql as $$
begin
  if new.finished_at is not null then perform witness.must_own(new.id, 'status ' || new.status); end if;
  return null;
end $$;
`;

const TRIGGERS = [
  "create trigger witness after insert or update or delete on queue for each row execute function witness.see_queue()",
  "create trigger witness after insert on steps for each row execute function witness.see_step()",
  "create trigger witness after insert or update on notes for each row execute function witness.see_note()",
  "create trigger witness after update on runs for each row execute function witness.see_run()",
];

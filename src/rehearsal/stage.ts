import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { memoryRates } from "../model/memory-rates.ts";
import type { Deliveries, DeliveryKey } from "../model/queue.ts";
import type { Exchanged, HeldBack, Rehearsed, SentRequest } from "../model/rehearsal.ts";
import type { Rates } from "../model/traffic.ts";
import type { Upstream } from "../model/upstream.ts";
import type { Act } from "./act.ts";
import { CALLER_PATH, callerAnswer } from "./caller.ts";
import { readMessage, written } from "./exchange.ts";
import type { Play } from "./play.ts";
import { askReal, unreachedAnswer } from "./real-upstream.ts";
import type { AnswerFor } from "./stand-in.ts";

/** What is told of a play when it is over. */
type Notes = Pick<Rehearsed, "forwarded" | "heldBack" | "reached" | "exchanges" | "unanswered">;

/** Where one play after another is done: the world of the one that is under way, and notes of what happens in it. */
export interface Stage {
  /** Begins a play: nothing is left of the one before. */
  begin(play: Play): void;
  readonly play: () => Play | null;
  readonly act: Act;
  readonly answer: AnswerFor;
  readonly now: () => Date;
  readonly seed: () => string;
  readonly rates: Rates;
  /** Deliveries of one play are not those of another. */
  readonly apart: (deliveries: Deliveries) => Deliveries;
  readonly notes: () => Notes;
}

/** @param real answers what a play passes on */
export function openStage(real: Pick<Upstream, "fetch">): Stage {
  let current: Play | null = null;
  let count = 0;
  let drawn = 0;
  let rates: Rates = memoryRates(() => new Date());
  let forwarded: SentRequest | null = null;
  let heldBack: HeldBack[] = [];
  let reached: { workflow: string; step: string }[] = [];
  let exchanges: Exchanged[] = [];
  let unanswered: string[] = [];

  const playing = (): Play => {
    if (current === null) throw new Error("nothing is rehearsed");
    return current;
  };
  const now = () => current?.time ?? new Date();
  const own = ({ workflow, key }: DeliveryKey) => ({ workflow, key: `${count} ${key}` });

  return {
    begin(play) {
      current = play;
      count++;
      drawn = 0;
      rates = memoryRates(now);
      forwarded = null;
      heldBack = [];
      reached = [];
      exchanges = [];
      unanswered = [];
    },
    play: () => current,
    act: {
      mock: (step) => playing().act.mock(step),
      world: (...seen) => playing().act.world(...seen),
      reached: (workflow, step) => reached.push({ workflow, step }),
      held: (one) => heldBack.push(one),
    },
    async answer(asked) {
      const { method, path } = asked;
      if (path.startsWith(CALLER_PATH)) return callerAnswer(playing().caller ?? null);
      if (asked.forwarded) forwarded = { method, path, headers: asked.headers, body: asked.body };
      const given = await playing()
        .upstream(asked, () => askReal(real, asked))
        .catch((error: unknown) => {
          const { code, answer } = unreachedAnswer(error);
          unanswered.push(`${method} ${path}: ${code}`);
          return answer;
        });
      if (given === null) {
        unanswered.push(`${method} ${path}`);
        return { status: 404, ...written(undefined) };
      }
      const { status, headers, body } = given;
      const message = readMessage(headers as IncomingHttpHeaders, body ?? Buffer.alloc(0));
      exchanges.push({ method, path, answer: { status, ...message } });
      return given;
    },
    now,
    seed: () => (current?.seed === undefined ? randomUUID() : `${current.seed} ${drawn++}`),
    rates: { take: (...all) => rates.take(...all) },
    apart: ({ answered, answer }) => ({
      answered: (delivery) => answered(own(delivery)),
      answer: (delivery, ...more) => answer(own(delivery), ...more),
    }),
    notes: () => ({ forwarded, heldBack, reached, exchanges, unanswered }),
  };
}

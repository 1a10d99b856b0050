import { z } from "zod";
import { defineStep } from "../model/step-type.ts";
import { anyJson, asText } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";
import { scalar } from "../model/value-type.ts";

/** Adds a message to the answer. */
export const responseMessage = defineStep({
  type: "response-message",
  title: "Message",
  about: "Adds a text to the messages of the answer.",
  result: "The text.",
  steers: () => true,
  gives: () => scalar("text"),
  config: z.strictObject({
    message: anyJson.describe(
      "The text. A value that is not a text is put in as JSON; null is put in as nothing.",
    ),
  }),

  run({ message }, { say }) {
    const text = asText(message);
    say(text);
    return on(text);
  },
});

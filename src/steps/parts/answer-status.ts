import { z } from "zod";

const error = "should be 200 to 599";

/** The HTTP status of an answer that a workflow gives. */
export const answerStatus = z.number().int().min(200, { error }).max(599, { error });

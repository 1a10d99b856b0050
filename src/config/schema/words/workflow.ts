/** What the keys that every workflow and every step may have mean, in Markdown, by path. */
export const workflowWords: Readonly<Record<string, string>> = {
  "workflows.<name>.concurrency": "How many of its queued runs are under way at a time.",
  "workflows.<name>.concurrency.key":
    "A template. Of the queued runs with the same key, only `limit` are under way at a time.",
  "workflows.<name>.concurrency.limit":
    "How many runs of one key are under way at a time. See How many at once.",
  "workflows.<name>.debounce":
    "Of queued runs that follow each other at once, only the last one runs.",
  "workflows.<name>.debounce.for": "Within what time of each other queued runs count as one.",
  "workflows.<name>.debounce.key":
    "A template. Of the queued runs with the same key that come within `for` of each other, the last one runs.",
  "workflows.<name>.enabled": "A disabled one is checked, but never runs.",
  "workflows.<name>.onFailure": "The subflow that runs once a run has erred. See When a run fails.",
  "workflows.<name>.rate": "How often requests may cause it to run. Over it: 429.",
  "workflows.<name>.rate.key": "A template.",
  "workflows.<name>.rate.limit": "How many runs of one key requests may cause within `per`.",
  "workflows.<name>.rate.per": "The time that `limit` is for.",
  "workflows.<name>.steps": "What it does. `[]` is valid.",
  "workflows.<name>.steps[].id": "Its result is `steps.<id>` in later expressions.",
  "workflows.<name>.steps[].retry": "How often a failed attempt is made again, and when.",
  "workflows.<name>.steps[].retry.attempts":
    "How often it is tried at most, the first time included.",
  "workflows.<name>.steps[].retry.delay":
    "The longest wait before the second attempt; the real one is random.",
  "workflows.<name>.steps[].retry.factor": "By how much the wait grows with each attempt. 1 to 10.",
  "workflows.<name>.steps[].retry.maxDelay": "The longest that the wait grows to.",
  "workflows.<name>.steps[].timeout": "How long one attempt may take.",
  "workflows.<name>.steps[].title": "For people.",
  "workflows.<name>.timeout": "How long a whole run may take.",
  "workflows.<name>.title": "For people.",
  "workflows.<name>.trigger.type": "When it runs. Each type has keys of its own.",
};

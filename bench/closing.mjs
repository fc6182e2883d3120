/** What must be ended when the bench ends, for whatever reason: done once, the last added first. */
export function makeClosing() {
  const steps = [];
  let ended;
  return {
    /** Once the end has come, what is added is ended at once. */
    async add(step) {
      if (ended === undefined) steps.push(step);
      else await step();
    },
    end() {
      ended ??= endAll(steps);
      return ended;
    },
  };
}

async function endAll(steps) {
  while (steps.length > 0) await steps.pop()();
}

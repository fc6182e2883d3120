/** Every edge looks so often whether something else was published: it is in force within a minute, wherever. */
const LOOK_MS = 5_000;

/** What is in force at this moment. `look` asks at once. */
export type InForce<T> = Readonly<{
  current: () => T;
  look: () => Promise<void>;
  close: () => void;
}>;

/** The latest that was published, what is built in before anything was; looked for once before it resolves, and again and again until `close`. */
export async function openInForce<T>(
  { read }: Readonly<{ read: () => Promise<T | undefined> }>,
  builtIn: T,
  report: (error: unknown) => void,
): Promise<InForce<T>> {
  let current = builtIn;
  const look = async () => {
    current = (await read()) ?? builtIn;
  };
  await look();
  const timer = setInterval(() => look().catch(report), LOOK_MS).unref();
  return { current: () => current, look, close: () => clearInterval(timer) };
}

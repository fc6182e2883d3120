/** Prints how a judge and we agree, where a person sees it. */
export const report = (
  judge: string,
  rows: Readonly<Record<string, number>>,
  details: readonly string[] = [],
): void => {
  const lines = Object.entries(rows).map(
    ([what, count]) => `${String(count).padStart(6)}  ${what}`,
  );
  console.log([`\n${judge}`, ...lines, ...details].join('\n'));
};

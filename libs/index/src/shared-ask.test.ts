import { expect, test } from 'vitest';
import { sharedAsk } from './shared-ask.js';

function counted() {
  const answers: PromiseWithResolvers<number>[] = [];
  const ask = sharedAsk(() => {
    const answer = Promise.withResolvers<number>();
    answers.push(answer);
    return answer.promise;
  });
  return { answers, ask };
}
const turn = () => new Promise((go) => setImmediate(go));

test('those who ask before it is sent share one ask', async () => {
  const { answers, ask } = counted();
  const asked = [ask(), ask(), ask()];
  await turn();
  answers[0]?.resolve(7);
  expect(await Promise.all(asked)).toEqual([7, 7, 7]);
  expect(answers).toHaveLength(1);
});
test('who asks while one is under way does not get its answer, which may be older', async () => {
  const { answers, ask } = counted();
  const first = ask();
  await turn();
  const later = [ask(), ask()];
  await turn();
  expect(answers).toHaveLength(1);
  answers[0]?.resolve(1);
  await turn();
  answers[1]?.resolve(2);
  expect(await first).toBe(1);
  expect(await Promise.all(later)).toEqual([2, 2]);
  expect(answers).toHaveLength(2);
});
test('an ask that fails is asked anew for the next', async () => {
  const { answers, ask } = counted();
  const first = ask();
  await turn();
  const second = ask();
  answers[0]?.reject(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await turn();
  answers[1]?.resolve(2);
  expect(await second).toBe(2);
});

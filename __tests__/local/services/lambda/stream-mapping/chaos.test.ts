import type { DynamoDBRecord } from 'aws-lambda';
import { invokeWithChaos } from '../../../../../local/services/lambda/stream-mapping/chaos';
import { Random } from '../../../../../scripts/soak/random';

const record = (id: string, sequence: number): DynamoDBRecord => ({
  dynamodb: { Keys: { id: { S: id } }, SequenceNumber: String(sequence) },
});
const numberOf = ({ dynamodb }: DynamoDBRecord): number => Number(dynamodb?.SequenceNumber);

/** Twenty batches of ten records of five keys; `work` is the function. */
async function deliver(work: (records: readonly DynamoDBRecord[]) => unknown) {
  const random = new Random(7);
  const invocations: (readonly DynamoDBRecord[])[] = [];
  const delays: number[] = [];
  const invoke = invokeWithChaos(
    async (event) => {
      const { Records } = event as { Records: readonly DynamoDBRecord[] };
      invocations.push(Records);
      return work(Records);
    },
    { random: () => random.next(), pause: async (milliseconds) => delays.push(milliseconds) },
  );
  const answers: unknown[] = [];
  for (let batch = 0; batch < 20; batch += 1) {
    const Records = Array.from({ length: 10 }, (_, at) => record(`k${at % 5}`, batch * 10 + at));
    answers.push(await invoke({ Records }));
  }
  return { invocations, delays, answers };
}

describe('a stream with chaos', () => {
  it('brings every record, each key in its order, in parts, late, and some of them again', async () => {
    const { invocations, delays, answers } = await deliver(() => ({ batchItemFailures: [] }));
    const all = invocations.flat();
    expect(new Set(all.map(numberOf)).size).toBe(200);
    expect(all.length).toBeGreaterThan(200);
    expect(invocations.some(({ length }) => length < 10)).toBe(true);
    expect(Math.max(...delays)).toBeGreaterThan(100);
    expect(answers).toEqual(Array(20).fill({ batchItemFailures: [] }));
    const seen = new Set<number>();
    const newestOf = new Map<string, number>();
    for (const one of all) {
      const [id, number] = [one.dynamodb?.Keys?.id?.S ?? '', numberOf(one)];
      if (!seen.has(number)) expect(number).toBeGreaterThan(newestOf.get(id) ?? -1);
      newestOf.set(id, Math.max(number, newestOf.get(id) ?? -1));
      seen.add(number);
    }
  });

  it('reports what a part could not take, and fails with a part that fails', async () => {
    const bad = { batchItemFailures: [{ itemIdentifier: '13' }] };
    const { answers } = await deliver((records) => (records.some((one) => numberOf(one) === 13) ? bad : {}));
    expect(answers[1]).toEqual(bad);
    expect(answers[3]).toEqual({ batchItemFailures: [] });
    const failing = deliver((records) => {
      if (records.some((one) => numberOf(one) === 13)) throw new Error('the function failed');
    });
    await expect(failing).rejects.toThrow('the function failed');
  });
});

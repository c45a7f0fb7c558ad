import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageQueue } from '../../../../local/services/sqs/message-queue';

const folder = mkdtempSync(join(tmpdir(), 'cdc-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('keeps messages in order, also for the next process', () => {
  const queue = MessageQueue.open(folder, 'dead-letters');
  expect(queue.count()).toBe(0);
  queue.send({ table: 'trades', text: 'two\nlines' });
  queue.send('second');
  const again = MessageQueue.open(folder, 'dead-letters');
  expect(again.count()).toBe(2);
  expect(again.read().map(({ body }) => body)).toEqual([{ table: 'trades', text: 'two\nlines' }, 'second']);
});

it('drops what a killed process left half written', () => {
  const queue = MessageQueue.open(folder, 'torn');
  queue.send('whole');
  appendFileSync(queue.file, '{"messageId":"x","bo');
  const again = MessageQueue.open(folder, 'torn');
  again.send('next');
  expect(again.read().map(({ body }) => body)).toEqual(['whole', 'next']);
});

it('takes no name that could leave its folder', () => {
  expect(() => MessageQueue.open(folder, '../elsewhere')).toThrow(/queue's name/);
});

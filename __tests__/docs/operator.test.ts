/** `docs/operator.sh` with a stand-in for the AWS command line. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** Three letters, the second of which still fails. They are files; one that was received is hidden until its visibility is set back. */
const AWS = `#!/bin/bash
case "$1 $2" in
'sqs get-queue-url') echo https://queue ;;
'sqs receive-message')
  for letter in "$LETTERS"/[0-9]*.json; do
    [ -e "$letter" ] || exit 0
    mv "$letter" "$LETTERS/hidden-$(basename "$letter")"
    jq -n --arg id "$(basename "$letter" .json)" --arg body "$(cat "$LETTERS/hidden-$(basename "$letter")")" \\
      '{Messages: [{MessageId: $id, ReceiptHandle: $id, Body: $body}]}'
    exit
  done ;;
'sqs delete-message') rm "$LETTERS/hidden-\${6}.json" ;;
'sqs change-message-visibility') mv "$LETTERS/hidden-\${6}.json" "$LETTERS/\${6}.json" ;;
'dynamodbstreams describe-stream')
  echo '{"StreamDescription":{"Shards":[{"ShardId":"s","SequenceNumberRange":{"StartingSequenceNumber":"1"}}]}}' ;;
'dynamodbstreams get-shard-iterator') echo "\${10}" ;;
'dynamodbstreams get-records')
  echo '{"Records":[{"dynamodb":{"SequenceNumber":"'$4'","ApproximateCreationDateTime":1}}],"NextShardIterator":null}' ;;
'lambda invoke')
  answer=\${*: -1}
  failures='[]'
  grep -q '"SequenceNumber": "200"' "\${10#file://}" && failures='[{"itemIdentifier":"200"}]'
  echo '{"batchItemFailures":'"$failures"'}' >"$answer"
  echo None ;;
*) echo "unexpected: $*" >&2; exit 1 ;;
esac
`;

/** The commands need jq, as their head says. */
const withJq = spawnSync('jq', ['--version']).status === 0 ? it : it.skip;

withJq('redrive_stream stages each letter, keeps the one that still fails, and says why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-operator-'));
  try {
    const aws = join(folder, 'aws');
    writeFileSync(aws, AWS);
    chmodSync(aws, 0o755);
    for (const number of ['100', '200', '300']) {
      const letter = { streamArn: 'arn:stream', sequenceNumber: number };
      writeFileSync(join(folder, `${number}.json`), JSON.stringify(letter));
    }
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', 'aws() { "$LETTERS/aws" "$@"; }; source docs/operator.sh dev && redrive_stream'],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, LETTERS: folder },
      },
    );
    expect(stderr).toBe(
      'not staged, so the letter stays: 200: {"batchItemFailures":[{"itemIdentifier":"200"}]}\n',
    );
    expect(stdout).toBe('2 staged, 1 left; the next load takes what was staged\n');
    expect(status).toBe(1);
    expect(readdirSync(folder).filter((file) => file.endsWith('.json'))).toEqual(['200.json']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

withJq('replay puts the files of a time back, under names that the ledger does not know', () => {
  const loaded = (name: string, day: number) => ({
    Key: `loaded/trades/${name}`,
    LastModified: `2026-01-0${day}T10:00:00+00:00`,
  });
  const listed = {
    Contents: [
      loaded('shard/1-2.json.gz', 1),
      loaded('shard/3-4.json.gz', 2),
      loaded('backfill-00001700000000000000/0-a.json.gz', 2),
      loaded('backfill-00001700000000000000/end.json', 2),
      loaded('replay-7/shard/1-2.json.gz', 2),
      loaded('shard/5-6.json.gz', 3),
    ],
  };
  const aws = `aws() { case "$1" in s3api) echo '${JSON.stringify(listed)}' ;; *) echo "$4 $5" ;; esac; }`;
  const command = 'replay trades 2026-01-02T00:00:00Z 2026-01-03T00:00:00Z';
  const { status, stdout } = spawnSync('bash', ['-c', `${aws}; source docs/operator.sh dev && ${command}`], {
    cwd: root,
    encoding: 'utf8',
  });
  const data = 's3://cdc-dev-123456789012-data';
  expect(stdout.replace(/replay-\d{14}/g, 'replay-ID')).toBe(
    [
      `${data}/loaded/trades/shard/3-4.json.gz ${data}/incoming/trades/replay-ID/shard/3-4.json.gz`,
      `${data}/loaded/trades/backfill-00001700000000000000/0-a.json.gz ${data}/incoming/trades/backfill-00001700000000000000/replay-ID-0-a.json.gz`,
      '2 put back; the next load takes them\n',
    ].join('\n'),
  );
  expect(status).toBe(0);
});

/** `run` answers with one line of `answers` after the other, and notes the events. */
const forget = (answers: readonly string[], status: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-operator-'));
  try {
    writeFileSync(join(folder, 'answers'), answers.map((answer) => `${answer}\n`).join(''));
    const run = `run() { echo "$1 $2" >>"$FOLDER/events"; head -n 1 "$FOLDER/answers"; sed -i.old 1d "$FOLDER/answers"; [ -s "$FOLDER/answers" ] || return ${status}; }`;
    const result = spawnSync(
      'bash',
      ['-c', `source docs/operator.sh dev; ${run}; forget quotes 'A "B"' 17`],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, FOLDER: folder },
      },
    );
    return { ...result, events: readFileSync(join(folder, 'events'), 'utf8').trimEnd().split('\n') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

withJq(
  'forget goes on where each step ended, until a pass has found nothing, and prints what each removed',
  () => {
    const next = { place: 'loaded', after: 'loaded/quotes/x' };
    const { status, stdout, events } = forget(
      [
        JSON.stringify({ table: 'quotes', copies: { rows: 1 }, isDone: false, next }),
        JSON.stringify({ table: 'quotes', copies: { rows: 0 }, isDone: true }),
      ],
      0,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '{"rows":1}\n{"rows":0}\n' });
    const key = ['A "B"', '17'];
    expect(events.map((line) => JSON.parse(line.replace('forget-item ', '')) as unknown)).toEqual([
      { table: 'quotes', key },
      { table: 'quotes', key, next },
    ]);
  },
);

withJq('forget says why the function refused, and fails', () => {
  const { status, stdout, stderr } = forget(['{"errorMessage":"the item is still there"}'], 1);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: 'the item is still there\n' });
});

withJq('alter asks set-up for the plan, and does it with --yes', () => {
  const asked = (...words: string[]): unknown => {
    const { stdout } = spawnSync(
      'bash',
      [
        '-c',
        'aws() { :; }; source docs/operator.sh dev; run() { echo "$1 $2"; }; alter "$@"',
        'bash',
        ...words,
      ],
      { cwd: root, encoding: 'utf8' },
    );
    const [, handler, event = '{}'] = /^(\S+) (.*)$/m.exec(stdout) ?? [];
    return [handler, JSON.parse(event)];
  };
  const change = { table: 'bank.txns', confirm: false, empty: false, renamed: {} };
  expect(asked('bank.txns')).toEqual(['prepare-warehouse', { change }]);
  expect(asked('--yes', 'bank.txns', 'note=memo', 'a=b')).toEqual([
    'prepare-warehouse',
    { change: { ...change, confirm: true, renamed: { note: 'memo', a: 'b' } } },
  ]);
  expect(asked('--empty', '--yes', 'bank.txns')).toEqual([
    'prepare-warehouse',
    { change: { ...change, confirm: true, empty: true } },
  ]);
});

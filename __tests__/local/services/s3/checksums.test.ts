import { startChecksum } from '../../../../local/services/s3/checksums';

/** What each specification gives for the text `123456789`. */
it.each([
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
] as const)('%s is what its specification says, in one piece and in several', (algorithm, expected) => {
  const whole = startChecksum(algorithm);
  whole.update(Buffer.from('123456789'));
  expect(Buffer.from(whole.digest(), 'base64').toString('hex')).toBe(expected);
  const pieces = startChecksum(algorithm);
  for (const piece of ['1', '', '2345', '6789']) pieces.update(Buffer.from(piece));
  expect(Buffer.from(pieces.digest(), 'base64').toString('hex')).toBe(expected);
});

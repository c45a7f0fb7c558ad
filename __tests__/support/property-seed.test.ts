import fc from 'fast-check';

it('a property takes the same examples each time', () => {
  const sample = (): number[] => fc.sample(fc.integer(), 20);
  expect(sample()).toEqual(sample());
});

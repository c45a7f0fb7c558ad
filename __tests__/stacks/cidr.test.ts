import fc from 'fast-check';
import { isSubnettable, subnetCidr } from '../../stacks/cidr';

/** First and last address of a network. */
function range(cidr: string): [number, number] {
  const [address, bits] = cidr.split('/');
  const first = address!.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}

describe('a VPC network', () => {
  it.each(['10.20.0.0/16', '172.31.0.0/16', '192.168.4.0/22'])('may be %s', (cidr) => {
    expect(isSubnettable(cidr)).toBe(true);
  });

  it.each([
    '8.8.0.0/16',
    '10.20.0.0/8',
    '10.20.0.0/23',
    '10.20.1.0/16',
    '10.300.0.0/16',
    '172.32.0.0/16',
    'x',
  ])('may not be %s', (cidr) => {
    expect(isSubnettable(cidr)).toBe(false);
  });

  it('divides into sixteen subnets that lie in it side by side', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 16, max: 22 }), (octet, bits) => {
        const cidr = `10.${octet}.0.0/${bits}`;
        const subnets = Array.from({ length: 16 }, (_, index) => range(subnetCidr(cidr, index)));
        const [first, last] = range(cidr);
        expect(subnets[0]![0]).toBe(first);
        expect(subnets[15]![1]).toBe(last);
        for (let index = 1; index < 16; index++) expect(subnets[index]![0]).toBe(subnets[index - 1]![1] + 1);
      }),
    );
  });
});

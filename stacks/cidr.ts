/** Private networks and their subnets, as strings. */

const BITS_A_SUBNET = 4;

function parse(cidr: string): { address: number; bits: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return undefined;
  const [bits, ...octets] = [match[5], ...match.slice(1, 5)].map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  return { address: octets.reduce((sum, octet) => sum * 256 + octet, 0), bits: bits! };
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function isPrivate(address: number): boolean {
  const [first, second] = format(address).split('.').map(Number);
  return (
    first === 10 || (first === 172 && second! >= 16 && second! < 32) || (first === 192 && second === 168)
  );
}

/** A private network, written by its first address, that {@link subnetCidr} can divide. */
export function isSubnettable(cidr: string): boolean {
  const network = parse(cidr);
  if (network === undefined || network.bits < 16 || network.bits > 22) return false;
  return network.address % 2 ** (32 - network.bits) === 0 && isPrivate(network.address);
}

/** The subnet at `index` (0 to 15) of sixteen equal ones. */
export function subnetCidr(cidr: string, index: number): string {
  const network = parse(cidr);
  if (network === undefined || index < 0 || index >= 2 ** BITS_A_SUBNET) {
    throw new RangeError(`no subnet ${index} in ${cidr}: expected a network and an index from 0 to 15`);
  }
  const bits = network.bits + BITS_A_SUBNET;
  return `${format(network.address + index * 2 ** (32 - bits))}/${bits}`;
}

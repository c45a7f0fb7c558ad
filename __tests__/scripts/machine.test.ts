import { describeMissing, installCommand, nodeIsNewEnough } from '../../scripts/machine.mjs';

const packages = { apt: ['a'], dnf: ['d'], zypper: ['z'], pacman: ['p'], apk: ['k'], brew: ['b'] };
const missing = [
  { what: 'a server', packages },
  { what: 'Java', packages: { ...packages, dnf: ['java'] } },
];
const having = (...programs: string[]) => ({
  has: (program: string) => programs.includes(program),
  isRoot: false,
});

describe('what is missing on a machine', () => {
  it.each([
    [['apt-get'], 'sudo apt-get update && sudo apt-get install -y --no-install-recommends a a'],
    // Homebrew beside the system's own package manager.
    [['dnf', 'brew'], 'sudo dnf install -y d java'],
    [['brew'], 'brew install b b'],
    [['pacman'], 'sudo pacman -S --needed p p'],
    [[], undefined],
  ])('with %j is installed by %s', (programs, command) => {
    expect(installCommand(missing, having(...programs))).toBe(command);
  });

  it('is said with the command of this system, or with what must be on the PATH', () => {
    expect(describeMissing(missing, having('dnf'))).toMatch(
      /^a server and Java: not found.*\n {2}sudo dnf install/,
    );
    expect(describeMissing(missing, having())).toMatch(/no package manager that this project knows.*PATH/);
    expect(describeMissing(missing, { ...having('apk'), isRoot: true })).toContain('\n  apk add k k\n');
  });

  it('may be a newer Node', () => {
    expect(['20.8.1', '20.9.0', '18.20.0', '24.0.0'].map((version) => nodeIsNewEnough(version))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

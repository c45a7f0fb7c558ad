/** Without `--`, npm treats the flags of a command as its own, and the command would run without them. */

/** Settings that npm has itself, or that other tools read from it: there they say nothing about this command. */
const NOT_OURS = new Set(['yes', 'force', 'ca', 'key', 'target', 'profile', 'help']);

/**
 * @param {import('./descriptions.mjs').Description} command
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string | undefined} what to type instead
 */
export function describeSwallowed(command, environment) {
  const swallowed = Object.entries(command.flags ?? {}).flatMap(([name, { kind }]) => {
    const value = environment[`npm_config_${name.replaceAll('-', '_')}`];
    if (NOT_OURS.has(name) || value === undefined || value === '') return [];
    return [kind === undefined || value === 'true' ? `--${name}` : `--${name} ${value}`];
  });
  if (swallowed.length === 0) return undefined;
  const names = swallowed.map((flag) => flag.split(' ')[0]).join(' and ');
  return `npm took ${names} for its own. Put two dashes before the flags: ${command.typed} -- ${swallowed.join(' ')}`;
}
